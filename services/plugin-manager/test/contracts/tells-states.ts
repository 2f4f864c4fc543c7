import type { ConnectionStore, NewConnection } from '../../src/connections/connection-store.ts';
import { stateOf } from '../../src/connections/states/connection-state.ts';
import type { PluginStore } from '../../src/plugins/plugin-store.ts';

/** A store with what stands around it. */
interface Subject {
  readonly connections: ConnectionStore;
  readonly plugins: PluginStore;
  stateChanges(): Promise<readonly string[]>;
}

const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
const reason = { code: 'http.status', message: 'HTTP 429' };
const throttle = { runId: 'r2', until: '2026-11-22T12:00:00.000Z', reason };

/** What every ConnectionStore does when the state of the connection that is given to be added becomes another one. */
export function tellsStates(subject: () => Subject, connection: NewConnection): void {
  const { id } = connection;
  const state = async () => {
    const found = await subject().connections.find(id);
    return found && stateOf(found);
  };

  it('tells of each state once, from what it was before, whatever it hears twice or late', async () => {
    const { connections, plugins } = subject();
    await plugins.approve(connection.pluginId, [
      'data:write:persons',
      'network:outbound:api.example.com',
    ]);
    await plugins.activate(connection.pluginId, { version: '0.1.0', name: 'My Connector' });
    await connections.add(connection);
    await connections.change(id, { config });
    await connections.change(id, { name: 'Other' });
    for (let time = 0; time < 2; time++)
      await connections.noteOutcome(id, { runId: 'r1', failure: undefined });
    for (let time = 0; time < 2; time++)
      await connections.noteSignal(id, { kind: 'throttled', throttle });
    expect(await state()).toBe('rate_limited');
    await connections.noteOutcome(id, { runId: 'r2', failure: reason });
    await connections.noteSignal(id, { kind: 'throttled', throttle });
    expect(await state()).toBe('failed');
    await connections.change(id, { isPaused: true });
    await connections.noteSignal('none', { kind: 'tried' });
    await connections.remove(id, { isDataKept: false });
    expect(await subject().stateChanges()).toEqual([
      ' → connecting',
      'connecting → active',
      'active → rate_limited',
      'rate_limited → failed',
      'failed → paused',
      'paused → deleted',
    ]);
  });

  it('forgets why it could not send once its config is another one', async () => {
    const { connections } = subject();
    await connections.add(connection);
    const signals = async () => (await connections.find(id))?.connection.signals;
    const failed = { kind: 'sending', failure: reason } as const;
    await connections.noteSignal(id, failed);
    expect(await signals()).toEqual({ isTried: true, sending: reason });
    await connections.change(id, { name: 'Other' });
    expect(await signals()).toEqual({ isTried: true, sending: reason });
    await connections.change(id, { config });
    expect(await signals()).toEqual({ isTried: true });
    await connections.noteSignal(id, failed);
    await connections.change(id, {
      account: { revision: 1, refusal: undefined, tokenField: undefined },
    });
    expect(await signals()).toEqual({ isTried: true });
  });

  it('knows when something was tried: a test as well', async () => {
    const { connections } = subject();
    await connections.add(connection);
    await connections.askTest(id, { id: 't1', at: '2026-11-22T12:00:00.000Z' });
    const tried = async () => (await connections.find(id))?.connection.signals.isTried;
    expect(await tried()).toBeUndefined();
    await connections.noteSignal(id, { kind: 'tried' });
    expect(await tried()).toBe(true);
  });
}
