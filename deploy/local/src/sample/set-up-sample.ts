import { graphPlugin, pluginIn, sampleAccessToken, type PluginFiles } from '@made-open/sample';
import { setTimeout as delay } from 'node:timers/promises';
import { SampleSetupError } from '../errors.ts';
import { entriesOf, field, type Api } from './api.ts';

/** Finds somebody of the sample account. */
export const sampleQuery = 'lovelace';

const connectionName = 'Sample Microsoft account';
/** For operators to find. */
const channels = ['channels/twilio', 'channels/matrix'];
const openStates = new Set<unknown>(['queued', 'running', 'parked']);
const pollMs = 200;
const usualWaitMs = 120_000;

export interface SampleSetup {
  readonly admin: Api;
  readonly client: Api;
  readonly note: (text: string) => void;
  /** For each of the two waits, on the first sync and on the search index. */
  readonly waitMs?: number;
}

/**
 * Does with the sample connector what its author and an operator would do: push, approve, connect, wait for the first
 * sync and for the search to find what it brought. The channels are only pushed: whoever has an account approves them. Every step
 * may have been done before.
 */
export async function setUpSample(setup: SampleSetup): Promise<void> {
  try {
    setup.note('sample: pushing the Microsoft Graph connector');
    const { id, permissions, version } = await push(setup, graphPlugin());
    await setup.admin.call('POST', `/plugins/${id}/versions/${version}/approve`, {
      permissions,
      activate: true,
    });
    const connectionId = await connect(setup, id);
    await firstSync(setup, connectionId);
    await searchable(setup);
    for (const channel of channels) await push(setup, pluginIn(channel));
  } catch (error) {
    throw new SampleSetupError(error instanceof Error ? error.message : 'unknown', {
      cause: error,
    });
  }
}

async function push(
  { admin }: SampleSetup,
  { manifest, sources }: PluginFiles,
): Promise<{ id: string; version: string; permissions: string[] }> {
  const form = new FormData();
  form.append('manifest', new Blob([manifest], { type: 'application/json' }), 'plugin.json');
  for (const [path, source] of Object.entries(sources))
    form.append('source', new Blob([source], { type: 'text/plain' }), path);
  await admin.call('POST', '/plugins', form);
  const asked: { id: string; version: string; permissions: string[] } = JSON.parse(manifest);
  return asked;
}

async function connect({ admin, note }: SampleSetup, pluginId: string): Promise<string> {
  const connections = entriesOf(await admin.call('GET', '/connections?limit=100'));
  const present = connections.find(
    (connection) =>
      field(connection, 'plugin_id') === pluginId && field(connection, 'name') === connectionName,
  );
  if (present !== undefined) return String(field(present, 'id'));
  note(
    'sample: approved; connecting an account of Microsoft Graph, which a server on this machine stands for',
  );
  const made = await admin.call('POST', '/connections', {
    plugin_id: pluginId,
    name: connectionName,
    config: { accessToken: sampleAccessToken, tenantId: 'sample' },
  });
  return String(field(made, 'id'));
}

/** A connection syncs as soon as it is there. */
async function firstSync(
  { admin, note, waitMs = usualWaitMs }: SampleSetup,
  id: string,
): Promise<void> {
  const run = await until(`the first sync of connection ${id}`, waitMs, async () => {
    const runs = entriesOf(await admin.call('GET', `/connections/${id}/runs`));
    const first = runs.findLast((each) => field(each, 'state') === 'completed') ?? runs[0];
    const state = field(first, 'state');
    return state === undefined || openStates.has(state) ? undefined : first;
  });
  if (field(run, 'state') !== 'completed')
    throw new Error(`the first sync failed: ${JSON.stringify(field(run, 'error'))}`);
  note(`sample: the first sync brought ${String(field(field(run, 'counts'), 'created'))} entities`);
}

async function searchable({ client, note, waitMs = usualWaitMs }: SampleSetup): Promise<void> {
  note('sample: waiting until the search finds them');
  await until(`the search for "${sampleQuery}"`, waitMs, async () => {
    const hits = entriesOf(await client.call('GET', `/search?q=${sampleQuery}`));
    return hits.length > 0 ? true : undefined;
  });
}

async function until<T>(
  what: string,
  waitMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`${what} did not come to an end in time`);
    await delay(pollMs);
  }
}
