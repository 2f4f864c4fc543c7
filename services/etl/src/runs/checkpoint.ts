import type { Session, Statement } from '../database/session.ts';
import { InvalidItemError } from '../errors.ts';
import { parseJson } from '../items/json-value.ts';
import type { FramePlace } from './decide-frame.ts';

const maxBytes = 64 * 1024;

const save: Statement = {
  name: 'save_checkpoint',
  text: `with remembered as (
      insert into checkpoint_history (connection_key, state, run_id, epoch, version) values ($1, $2, $3, $4, $5)
      on conflict (connection_key, epoch) do update
      set state = excluded.state, run_id = excluded.run_id, version = excluded.version, saved_at = now()
    )
    insert into checkpoint (connection_key, state, run_id, epoch, version) values ($1, $2, $3, $4, $5)
    on conflict (connection_key) do update
    set state = excluded.state, run_id = excluded.run_id, epoch = excluded.epoch, version = excluded.version,
      saved_at = now()`,
};

/** Of one connection; one is of a run or of a slice of it. The last of each version is kept besides, to go back to. */
const maxRemembered = 20;
const forgetOld: Statement = {
  name: 'forget_old_checkpoints',
  text: `delete from checkpoint_history o where o.connection_key = $1 and o.epoch < (
      select min(n.epoch) from (
        select h.epoch from checkpoint_history h where h.connection_key = $1 order by h.epoch desc
        limit ${String(maxRemembered)}
      ) n
    ) and exists (
      select from checkpoint_history l
      where l.connection_key = o.connection_key and l.version = o.version and l.epoch > o.epoch
    )`,
};

/** The state of a checkpoint as JSON text; throws InvalidItemError. */
export function readCheckpoint(line: Uint8Array): string {
  if (line.byteLength > maxBytes)
    throw new InvalidItemError(`a checkpoint has at most ${String(maxBytes / 1024)} KiB`);
  const text = Buffer.from(line).toString('utf8');
  // It goes back to the plugin as it is; nobody else reads it.
  parseJson(text, 'checkpoint');
  return text;
}

/** Where the next run of the connection goes on. */
export async function saveCheckpoint(
  session: Session,
  connectionKey: number,
  { state, place, version }: { state: string; place: FramePlace; version: number },
): Promise<void> {
  await session.run(save, [connectionKey, state, place.runId, place.epoch, version]);
}

/** Keeps the last checkpoints to rewind to. */
export async function forgetOldCheckpoints(session: Session, connectionKey: number): Promise<void> {
  await session.run(forgetOld, [connectionKey]);
}
