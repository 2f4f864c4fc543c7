import type { MessageInitShape } from '@bufbuild/protobuf';
import type { RunCountsSchema } from '@made-open/contracts';
import type { Session, Statement } from '../database/session.ts';
import type { Fence } from './decide-frame.ts';

/** What etl counted over all frames of a run. Items = created + updated + unchanged + quarantined + deleted by the plugin. */
export interface Counts {
  readonly items: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly quarantined: number;
  readonly events: number;
}

/** The fence of a connection with all that belongs to its run. */
export interface RunState extends Fence {
  /** Of the connection, at the time of the lock. */
  readonly generation: number;
  /** The run has ended well and does not go on: nothing it has seen is of use any more. */
  readonly completed: boolean;
  readonly sweepHeld: boolean;
  /** Which found what the held sweep would delete; empty when that was not noted yet. */
  readonly sweepRunId: string;
  /** Why the run must end as failed: a frame could not be read. */
  readonly fault: string | undefined;
  /** An item of the run told no id: what the run did not see may be there all the same. */
  readonly hasUnnamed: boolean;
  /** Checkpoints of this epoch and earlier ones are no longer taken: somebody went back behind them. */
  readonly rewoundEpoch: number;
  /** Form of the checkpoints that the newest attempt saves. */
  readonly checkpointVersion: number;
  /** Where a remap goes on, and the epoch that saved it; absent before its first checkpoint. */
  readonly remapProgress: { readonly cursor: string; readonly epoch: number } | undefined;
  readonly counts: Counts;
  readonly hasQuarantine: boolean;
  /** Items of the connection were erased at a person's wish and may not come back. */
  readonly hasErased: boolean;
}

export const noCounts: Counts = {
  items: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  unchanged: 0,
  quarantined: 0,
  events: 0,
};

interface RunStateRow extends Counts {
  generation: number;
  run_id: string;
  epoch: number;
  attempt: number;
  frame: number;
  ended: boolean;
  completed: boolean;
  sweep_held: boolean;
  sweep_run_id: string;
  fault: string | null;
  has_unnamed: boolean;
  rewound_epoch: number;
  checkpoint_version: number;
  is_remap: boolean;
  remap_cursor: string | null;
  remap_epoch: number;
  has_quarantine: boolean;
  has_erased: boolean;
}

const countColumns = [
  'items',
  'created',
  'updated',
  'deleted',
  'unchanged',
  'quarantined',
  'events',
] as const;

const lock: Statement = {
  name: 'lock_run',
  text: `select c.generation::float8 as generation, f.run_id, f.epoch::float8 as epoch, f.attempt::float8 as attempt,
      f.frame::float8 as frame, f.ended, f.completed, f.sweep_held, f.sweep_run_id, f.fault, f.has_unnamed,
      f.rewound_epoch::float8 as rewound_epoch, f.checkpoint_version, f.is_remap, f.remap_cursor, f.remap_epoch::float8 as remap_epoch,
      ${countColumns.map((column) => `f.${column}::float8 as ${column}`).join(', ')},
      exists (select from quarantine q where q.connection_key = f.connection_key) as has_quarantine,
      exists (select from erased_item e where e.connection_key = f.connection_key) as has_erased
    from run_fence f join connection c on c.key = f.connection_key
    where f.connection_key = $1 for update of f`,
};

const save: Statement = {
  name: 'save_run',
  text: `update run_fence set run_id = $2, epoch = $3, attempt = $4, frame = $5, ended = $6, sweep_held = $7, fault = $8,
      has_unnamed = $9, rewound_epoch = $10, is_remap = $11, remap_cursor = $12, remap_epoch = $13, sweep_run_id = $14,
      checkpoint_version = $15, completed = $16,
      ${countColumns.map((column, index) => `${column} = $${String(index + 17)}`).join(', ')}
    where connection_key = $1`,
};

/** Locks the fence of a connection until the transaction ends. */
export async function lockRun(session: Session, connectionKey: number): Promise<RunState> {
  const { rows } = await session.run<RunStateRow>(lock, [connectionKey]);
  const [row] = rows;
  if (row === undefined)
    throw new TypeError(`connection ${String(connectionKey)} has no row in run_fence`);
  const { items, created, updated, deleted, unchanged, quarantined, events } = row;
  return {
    generation: row.generation,
    runId: row.run_id,
    epoch: row.epoch,
    attempt: row.attempt,
    frame: row.frame,
    ended: row.ended,
    completed: row.completed,
    sweepHeld: row.sweep_held,
    sweepRunId: row.sweep_run_id,
    fault: row.fault ?? undefined,
    hasUnnamed: row.has_unnamed,
    rewoundEpoch: row.rewound_epoch,
    checkpointVersion: row.checkpoint_version,
    isRemap: row.is_remap,
    remapProgress:
      row.remap_cursor === null ? undefined : { cursor: row.remap_cursor, epoch: row.remap_epoch },
    counts: { items, created, updated, deleted, unchanged, quarantined, events },
    hasQuarantine: row.has_quarantine,
    hasErased: row.has_erased,
  };
}

export async function saveRun(
  session: Session,
  connectionKey: number,
  state: RunState,
): Promise<void> {
  await session.run(save, [
    connectionKey,
    state.runId,
    state.epoch,
    state.attempt,
    state.frame,
    state.ended,
    state.sweepHeld,
    state.fault ?? null,
    state.hasUnnamed,
    state.rewoundEpoch,
    state.isRemap,
    state.remapProgress?.cursor ?? null,
    state.remapProgress?.epoch ?? 0,
    state.sweepRunId,
    state.checkpointVersion,
    state.completed,
    ...countColumns.map((column) => state.counts[column]),
  ]);
}

const noteUnnamedItem: Statement = {
  name: 'note_unnamed',
  text: 'update run_fence set has_unnamed = true where connection_key = $1 and not has_unnamed',
};

/** Nobody can say which entity an item was: what the run under way did not see may be there all the same. */
export async function noteUnnamed(session: Session, connectionKey: number): Promise<void> {
  await session.run(noteUnnamedItem, [connectionKey]);
}

export function addCounts(left: Counts, right: Counts): Counts {
  return {
    items: left.items + right.items,
    created: left.created + right.created,
    updated: left.updated + right.updated,
    deleted: left.deleted + right.deleted,
    unchanged: left.unchanged + right.unchanged,
    quarantined: left.quarantined + right.quarantined,
    events: left.events + right.events,
  };
}

/** Counts as they travel; a run of more than four thousand million items stays at the largest number. */
export function countsMessage(counts: Counts): MessageInitShape<typeof RunCountsSchema> {
  return Object.fromEntries(
    countColumns.map((column) => [column, Math.min(counts[column], 0xff_ff_ff_ff)]),
  );
}
