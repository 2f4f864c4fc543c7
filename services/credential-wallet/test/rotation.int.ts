import type { Bus } from '@made-open/bus';
import { eventually, temporaryFolder } from '@made-open/testing';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginId } from './builders.ts';
import { TransitServer } from './servers/transit-server.ts';
import { WalletFixture } from './wallet-fixture.ts';

const connections = Array.from({ length: 150 }, (_, index) => `c-${String(index)}`);
const newKey = (): string => randomBytes(32).toString('base64');

describe('a rotation of the key-encryption key', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'kek.json');
  const tokenPath = join(folder, 'vault-token');
  let keys: Record<string, string> = { k1: newKey() };
  let fixture: WalletFixture;
  let runner: Bus;
  let vault: TransitServer;

  const write = (active: string): void => writeFileSync(path, JSON.stringify({ active, keys }));
  const under = () =>
    fixture.query<{ key: string; count: number }>(
      `select kek_id as key, count(*)::int as count from credential_wallet.secret group by 1 order by 1`,
    );

  beforeAll(async () => {
    write('k1');
    vault = await TransitServer.start();
    vault.rotate('made-open');
    writeFileSync(tokenPath, vault.token);
    fixture = await WalletFixture.start({ KEK_FILE: path });
    runner = await fixture.platform.runnerBus(pluginId);
    for (const id of connections) await fixture.put(id, { apiKey: id });
  });
  afterAll(async () => {
    await fixture?.stop();
    await vault?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Reads and writes without a pause until it is told to end; gives what failed. */
  async function startLoad() {
    const { config } = await fixture.runner(runner);
    const ending = new AbortController();
    let deliveries = 0;
    const faults: unknown[] = [];
    const read = async (id: string): Promise<void> => {
      const got = await config(id).catch((error: unknown) => error);
      deliveries++;
      const isRight =
        typeof got === 'object' && got !== null && 'apiKey' in got && got.apiKey === id;
      // What was in hand when a wallet was killed is asked for again by the runner.
      if (!isRight && !(got instanceof Error && 'retry' in got && got.retry === 'later'))
        faults.push(got);
    };
    const readers = [0, 1, 2].map(async (offset) => {
      for (let at = offset; !ending.signal.aborted; at += 7)
        await read(connections[at % connections.length] ?? '');
    });
    const writer = (async () => {
      for (let at = 0; !ending.signal.aborted; at += 11) {
        const id = connections[at % connections.length] ?? '';
        await fixture.put(id, { apiKey: id }).catch(() => undefined);
      }
    })();
    const end = async (): Promise<unknown[]> => {
      ending.abort();
      await Promise.all([...readers, writer]);
      return faults;
    };
    return { deliveries: () => deliveries, end };
  }

  it('goes on while the wallet is in use and killed, loses nothing, and then the old key may be removed', async () => {
    const { config } = await fixture.runner(runner);
    const second = await fixture.replica();
    const load = await startLoad();
    for (const id of ['k2', 'k3', 'k4']) {
      keys = { ...keys, [id]: newKey() };
      write(id);
      await fixture.end('kill');
      await fixture.start();
      await eventually(async () =>
        expect(await under()).toEqual([{ key: id, count: connections.length }]),
      );
      const before = load.deliveries();
      await eventually(() => expect(load.deliveries()).toBeGreaterThan(before + 30));
    }
    expect(await load.end()).toEqual([]);
    await second.stop();
    expect((await fixture.command('keys')).lines).toEqual([
      ...['k1', 'k2', 'k3'].map((id) => ({
        id,
        isActive: false,
        secrets: 0,
        mayBeRemoved: true,
      })),
      { id: 'k4', isActive: true, secrets: connections.length, mayBeRemoved: false },
    ]);
    keys = { k4: keys['k4'] ?? '' };
    write('k4');
    await fixture.restart();
    expect(await fixture.wallet.faults()).toEqual([]);
    for (const id of connections) expect(await config(id)).toEqual({ apiKey: id });
  });

  it('takes everything from the file into Vault by a command, and follows a rotation there', async () => {
    const transit = {
      KEK_PROVIDER: 'vault-transit',
      VAULT_ADDR: vault.url,
      VAULT_TOKEN_FILE: tokenPath,
    };
    await fixture.end('stop');
    const { code, lines } = await fixture.command('rotate', transit);
    expect({ code, last: lines.at(-1) }).toEqual({
      code: 0,
      last: {
        activeId: 'vault:transit/made-open:v1',
        rewrapped: connections.length,
        failed: [],
        left: 0,
        done: true,
      },
    });
    expect(lines.length).toBeGreaterThan(2);
    vault.rotate('made-open');
    expect((await fixture.command('rotate', transit)).code).toBe(0);
    expect(await under()).toEqual([
      { key: 'vault:transit/made-open:v2', count: connections.length },
    ]);
    vault.isSealed = true;
    const sealed = await fixture.command('keys', transit);
    expect(sealed.code).toBe(1);
    expect(sealed.output).toContain('503 Vault is sealed');
    expect(sealed.output).not.toContain(vault.token);
    vault.isSealed = false;
    // And back: the file opens nothing any more, so Vault stays configured for reading.
    const back = await fixture.command('rotate', { ...transit, KEK_PROVIDER: 'file' });
    expect(back.code).toBe(0);
    await fixture.start();
    const { config } = await fixture.runner(runner);
    expect(await config('c-7')).toEqual({ apiKey: 'c-7' });
  });

  it('says what is lost, and with a command that its audit is whole or not', async () => {
    keys = { k9: newKey() };
    write('k9');
    const listed = await fixture.command('keys');
    expect(listed.code).toBe(1);
    expect(listed.lines).toContainEqual(
      expect.objectContaining({
        id: 'k4',
        secrets: connections.length,
        fault: expect.stringContaining('"k4" is not in KEK_FILE'),
        connections: expect.arrayContaining(['c-0', 'c-149']),
      }),
    );
    const whole = await fixture.command('verify-audit');
    expect(whole.code).toBe(0);
    expect(whole.lines).toContainEqual(
      expect.objectContaining({ space: 'default', whole: true, head: expect.any(String) }),
    );
    await fixture.query(`alter table credential_wallet.audit disable trigger audit_append_only`);
    await fixture.query(
      `update credential_wallet.audit set outcome = 'x' where space_id = 'default' and sequence = 5`,
    );
    const broken = await fixture.command('verify-audit');
    expect(broken.code).toBe(1);
    expect(broken.lines).toContainEqual(expect.objectContaining({ whole: false, brokenAt: 5 }));
    const unknown = await fixture.command('verify');
    expect(unknown.code).toBe(64);
    expect(unknown.output).toContain('verify-audit');
  });
});
