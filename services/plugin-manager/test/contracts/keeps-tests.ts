import type { ConnectionTest } from '../../src/connection-tests/connection-test.ts';
import type { ConnectionStore, NewConnection } from '../../src/connections/connection-store.ts';

/** A store with what stands around it. */
interface Subject {
  readonly connections: ConnectionStore;
  announced(): Promise<readonly unknown[]>;
}

/** What every ConnectionStore does with tests of the connection that is given to be added. */
export function keepsTests(subject: () => Subject, connection: NewConnection): void {
  const connections = () => subject().connections;

  it('keeps what the last test came to, and nobody hears of it', async () => {
    await connections().add(connection);
    const known = (await subject().announced()).length;
    const at = '2026-11-21T06:00:00.000Z';
    const last = async () => {
      const { askedTest, lastTest, generation } =
        (await connections().find(connection.id))?.connection ?? {};
      return { asked: askedTest?.id, last: lastTest?.id, generation };
    };
    await connections().askTest(connection.id, { id: 't1', at });
    await connections().askTest(connection.id, { id: 't2', at });
    expect(await last()).toEqual({ asked: 't2', last: undefined, generation: 1 });
    expect(await connections().endTest(connection.id, aTest('t1'))).toBe(false);
    expect(await connections().endTest(connection.id, aTest('t2'))).toBe(true);
    expect(await last()).toEqual({ asked: undefined, last: 't2', generation: 1 });
    expect(await connections().endTest(connection.id, aTest('t2'))).toBe(false);
    expect((await connections().find(connection.id))?.connection.lastTest).toEqual(aTest('t2'));
    expect(await connections().endTest('unknown', aTest('t2'))).toBe(false);
    expect(await subject().announced()).toHaveLength(known);
  });
}

function aTest(id: string): ConnectionTest {
  return {
    id,
    at: '2026-11-21T06:00:00.000Z',
    ok: false,
    code: 'http.status',
    message: 'HTTP 401',
    remedy: 'configure',
    took_ms: 5,
    plugin_version: '0.1.0',
    checked: [{ what: 'own_test', result: 'failed', message: 'HTTP 401' }],
  };
}
