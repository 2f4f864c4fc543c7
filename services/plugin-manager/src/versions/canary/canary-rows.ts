import { CanaryEndedSchema, CanaryOutcome, CanaryStartedSchema } from '@made-open/contracts';
import { appendOutboxRows } from '@made-open/postgres';
import type { Pool, PoolClient } from 'pg';
import { outgoing } from '../../outbox.ts';
import type {
  Canary,
  CanaryEnd,
  CanaryTally,
  CountedRun,
  EndedCanary,
  CanaryOutcome as Outcome,
} from './canary.ts';

const outcomes: Readonly<Record<Outcome, CanaryOutcome>> = {
  returned: CanaryOutcome.RETURNED,
  promoted: CanaryOutcome.PROMOTED,
  withdrawn: CanaryOutcome.WITHDRAWN,
};

/** The same version with another share goes on with what was seen of it. */
export async function insertCanary(
  client: PoolClient,
  pluginId: string,
  { canary, before, activeVersion }: { canary: Canary; before: string; activeVersion: string },
): Promise<void> {
  const { version, percent } = canary;
  await client.query('update plugin set canary = $2 where id = $1', [
    pluginId,
    JSON.stringify(canary),
  ]);
  if (before === version) return;
  await client.query('delete from canary_run where plugin_id = $1', [pluginId]);
  await appendOutboxRows(client, [
    outgoing(CanaryStartedSchema, { pluginId, version, percent, activeVersion }),
  ]);
}

/** Ends what is tried out, within the transaction that gives the reason; the plugin's row is locked. */
export async function deleteCanary(
  client: PoolClient,
  pluginId: string,
  { version, outcome, code, reason }: CanaryEnd,
): Promise<void> {
  const tally = await readTally(client, pluginId);
  const endedAt = new Date().toISOString();
  const ended: EndedCanary = { version, outcome, code, reason, endedAt, tally };
  await client.query('update plugin set canary = null, last_canary = $2 where id = $1', [
    pluginId,
    JSON.stringify(ended),
  ]);
  await client.query('delete from canary_run where plugin_id = $1', [pluginId]);
  const { canary, stable } = tally;
  await appendOutboxRows(client, [
    outgoing(CanaryEndedSchema, {
      pluginId,
      version,
      outcome: outcomes[outcome],
      code,
      reason,
      canaryRuns: canary.runs,
      canaryFailures: canary.failed,
      stableRuns: stable.runs,
      stableFailures: stable.failed,
    }),
  ]);
}

/** Once for each run and lane, however often it is told; false: nothing is tried out for which it counts. */
export async function insertRun(
  pool: Pool,
  { pluginId, runId, version, isCanary, isFailed }: CountedRun,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into canary_run (plugin_id, run_id, is_canary, is_failed)
     select id, $2, $4, $5 from plugin where id = $1 and (canary ->> 'version' = $3) = $4
     on conflict do nothing`,
    [pluginId, runId, version, isCanary, isFailed],
  );
  return rowCount === 1;
}

export async function readTally(
  client: Pick<PoolClient, 'query'> | Pool,
  pluginId: string,
): Promise<CanaryTally> {
  const { rows } = await client.query<Record<'c' | 'cf' | 's' | 'sf', number>>(
    `select count(*) filter (where is_canary)::int as c, count(*) filter (where is_canary and is_failed)::int as cf,
       count(*) filter (where not is_canary)::int as s, count(*) filter (where not is_canary and is_failed)::int as sf
     from canary_run where plugin_id = $1`,
    [pluginId],
  );
  const { c = 0, cf = 0, s = 0, sf = 0 } = rows[0] ?? {};
  return { canary: { runs: c, failed: cf }, stable: { runs: s, failed: sf } };
}
