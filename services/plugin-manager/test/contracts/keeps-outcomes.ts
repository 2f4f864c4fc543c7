import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConnectionChangedSchema } from '@made-open/contracts';
import type { ConnectionStore, NewConnection } from '../../src/connections/connection-store.ts';

/** A store with what stands around it. */
interface Subject {
  readonly connections: ConnectionStore;
  announced(): Promise<readonly MessageInitShape<typeof ConnectionChangedSchema>[]>;
}

/** What every ConnectionStore does with how syncs of the connection end that is given to be added. */
export function keepsOutcomes(subject: () => Subject, connection: NewConnection): void {
  const stored = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };

  it('knows how its newest sync ended until its config changes, and tells nobody', async () => {
    const failure = { code: 'http.status', message: 'HTTP 401' };
    const { connections } = subject();
    const known = async () => (await connections.find(connection.id))?.connection;
    await connections.add(connection);
    await connections.change(connection.id, { config: stored });
    const told = (await subject().announced()).length;
    await connections.noteOutcome(connection.id, { runId: 'r2', failure });
    await connections.noteOutcome(connection.id, { runId: 'r1', failure: undefined });
    expect(await known()).toMatchObject({ failure, generation: 2 });
    await connections.change(connection.id, { name: 'Other', config: stored });
    expect(await known()).toMatchObject({ failure });
    await connections.change(connection.id, { config: { ...stored, revision: 2 } });
    expect((await known())?.failure).toBeUndefined();
    await connections.noteOutcome(connection.id, { runId: 'r3', failure });
    await connections.noteOutcome(connection.id, { runId: 'r4', failure: undefined });
    expect((await known())?.failure).toBeUndefined();
    const refusal = { code: 'wallet.reauthentication_required', message: 'sign in' };
    await connections.noteOutcome(connection.id, { runId: 'r5', failure: refusal });
    await connections.change(connection.id, {
      account: { revision: 1, refusal, tokenField: undefined },
    });
    expect((await known())?.failure).toEqual(refusal);
    const signedIn = { revision: 2, refusal: undefined, tokenField: undefined };
    await connections.change(connection.id, { account: signedIn });
    expect((await known())?.failure).toBeUndefined();
    await connections.noteOutcome('none', { runId: 'r4', failure });
    const announced = await subject().announced();
    expect(announced.slice(told).map(({ configRevision }) => configRevision)).toEqual([1, 2, 2, 2]);
  });
}
