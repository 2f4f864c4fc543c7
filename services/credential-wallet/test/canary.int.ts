import { WalletService } from '@made-open/contracts';
import { randomBytes } from 'node:crypto';
import { pluginId, sealedPut } from './builders.ts';
import { WalletFixture } from './wallet-fixture.ts';

const { putConfig } = WalletService.method;
/** All but the wallet's own inbox: interest there would have NATS deliver to a wallet that was stopped. */
const subjects = ['cmd.>', 'dead.>', '$JS.>', '_INBOX.plugin-manager.>', '_INBOX.plugin-runner.>'];

describe('a secret', () => {
  let fixture: WalletFixture;

  beforeAll(async () => {
    fixture = await WalletFixture.start();
  });
  afterAll(() => fixture?.stop());

  /** Everything that crosses NATS from now on, with its headers. */
  async function eavesdrop(): Promise<() => Promise<string>> {
    const administrator = await fixture.platform.administrator();
    const crossed: Buffer[] = [];
    for (const subject of subjects)
      administrator.subscribe(subject, {
        callback: (_, message) => {
          const headers = JSON.stringify([...(message.headers ?? [])]);
          crossed.push(Buffer.from(`${message.subject} ${headers} `), Buffer.from(message.data));
        },
      });
    await administrator.flush();
    return async () => {
      await administrator.flush();
      return Buffer.concat(crossed).toString('latin1');
    };
  }

  /** Every row of every table, as text. */
  async function dump(): Promise<string> {
    const tables = await fixture.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'credential_wallet'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) =>
        fixture.query<{ row: string }>(`select t::text as row from ${name} t`),
      ),
    );
    return rows
      .flat()
      .map(({ row }) => row)
      .join('\n');
  }

  it('shows nowhere: not in the tables, on NATS, in the log, or in an error', async () => {
    const canary = `canary-${randomBytes(12).toString('hex')}`;
    const value = { apiKey: canary, nested: { token: [canary] } };
    const errors: unknown[] = [];
    const fails = (work: Promise<unknown>) => work.catch((error: unknown) => errors.push(error));
    const crossed = await eavesdrop();
    const { config, ask } = await fixture.runner(await fixture.platform.runnerBus(pluginId));
    await fixture.put('c-canary', value);
    await fixture.put('c-canary', value);
    expect(await config('c-canary')).toEqual(value);
    await fails(fixture.put('c-canary', value, 'com.example.b'));
    const elsewhere = await sealedPut(fixture.walletKey, value, { connectionId: 'c-elsewhere' });
    await fails(fixture.manager.call(putConfig, { ...elsewhere, connectionId: 'c-canary' }));
    await fixture.query(
      `update credential_wallet.secret set revision = 9 where connection_id = 'c-canary'`,
    );
    await fails(ask('c-canary'));
    expect(errors).toHaveLength(3);
    const nats = await crossed();
    await fixture.end('stop');

    const places = {
      tables: await dump(),
      nats,
      log: fixture.logs.join('\n'),
      errors: errors.map((error) => `${String(error)} ${JSON.stringify(error)}`).join('\n'),
    };
    // What is searched holds what it should, so that an empty dump cannot pass.
    expect(places.tables).toContain('c-canary');
    expect(places.nats).toContain('c-canary');
    expect(places.nats).toContain('_INBOX.plugin-runner.');
    expect(places.log).toContain('service stopped');
    expect(places.errors).toContain('wallet.secret_tampered');
    for (const [place, text] of Object.entries(places))
      for (const form of formsOf(canary))
        expect({ place, found: text.includes(form) }).toEqual({ place, found: false });
  });
});

/** The text in clear, in base64 at each offset, in hexadecimal as PostgreSQL shows bytes. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + text)
      .toString('base64')
      .slice(4, -4),
  );
  return [text, Buffer.from(text).toString('hex'), ...base64];
}
