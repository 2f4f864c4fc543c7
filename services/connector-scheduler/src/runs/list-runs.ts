import type { Run } from '@made-open/contracts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { InvalidCursorError } from '../errors.ts';
import { runMessage } from './run.ts';
import { isRunId } from './run-id.ts';

const defaultLimit = 50;
const maxLimit = 200;

/** A page of a connection's runs, the newest first. */
export async function listRuns(
  store: ConnectionStore,
  { connectionId, limit, cursor }: { connectionId: string; limit: number; cursor: string },
): Promise<{ runs: Run[]; nextCursor: string }> {
  if (cursor !== '' && !isRunId(cursor)) throw new InvalidCursorError();
  const size = Math.min(limit || defaultLimit, maxLimit);
  const found = await store.runs(connectionId, cursor, size + 1);
  const page = found.slice(0, size);
  return {
    runs: page.map(runMessage),
    nextCursor: found.length > size ? (page.at(-1)?.runId ?? '') : '',
  };
}

export async function findRun(store: ConnectionStore, runId: string): Promise<Run | undefined> {
  const run = isRunId(runId) ? await store.findRun(runId) : undefined;
  return run === undefined ? undefined : runMessage(run);
}
