import { connectDatabase, migrate, type Database, type DatabaseOptions } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { sql } from 'kysely';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { migrations } from '../src/vault/migrations.ts';
import { PostgresVault } from '../src/vault/postgres-vault.ts';
import type { WalletTables } from '../src/vault/tables.ts';
import { anOwner, pluginId } from './builders.ts';
import { vaultContract } from './contracts/vault.contract.ts';

describe('PostgresVault', () => {
  let platform: TestPlatform;
  let options: DatabaseOptions;
  let database: Database<WalletTables>;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    options = await platform.database('credential-wallet');
  });
  afterAll(() => platform?.stop());
  afterEach(() => database.close());

  async function open(): Promise<PostgresVault> {
    const superuser = await platform.postgres.connect();
    await superuser.query('drop schema credential_wallet cascade');
    await superuser.query('create schema credential_wallet authorization credential_wallet');
    await superuser.end();
    await migrate(options, migrations);
    database = connectDatabase<WalletTables>(options);
    return new PostgresVault(database.db);
  }

  vaultContract(open);

  describe('under the hands of someone who reached the database', () => {
    async function chain(): Promise<PostgresVault> {
      const vault = await open();
      for (const outcome of ['a', 'b', 'c', 'd', 'e'])
        await vault.transaction(({ audit }) =>
          audit.append({
            spaceId: 's',
            who: pluginId,
            action: 'deliver',
            connectionId: 'c1',
            outcome,
          }),
        );
      return vault;
    }
    const tamper = (statement: string) =>
      database.pool.query(
        `alter table audit disable trigger audit_append_only; ${statement}; alter table audit enable trigger audit_append_only`,
      );

    it.each([
      ['a changed record', `update audit set outcome = 'x' where sequence = 3`, 3],
      ['a changed time', `update audit set at = at - interval '1 hour' where sequence = 2`, 2],
      ['a removed record', `delete from audit where sequence = 3`, 3],
      ['a removed end', `delete from audit where sequence > 3`, 4],
      ['a removed beginning', `delete from audit where sequence = 1`, 1],
      ['no records left', `delete from audit`, 1],
      ['a removed head', `delete from audit_head`, 1],
      [
        'two that changed places',
        `update audit set sequence = 99 where sequence = 2; update audit set sequence = 2 where sequence = 4;
         update audit set sequence = 4 where sequence = 99`,
        2,
      ],
      [
        'a removed record with the others moved up',
        `delete from audit where sequence = 2; update audit set sequence = sequence - 1 where sequence > 2;
         update audit_head set sequence = sequence - 1`,
        2,
      ],
    ])('the audit shows %s', async (_, statement, brokenAt) => {
      const vault = await chain();
      await tamper(statement);
      expect(await verifyAudit(vault)).toMatchObject([{ brokenAt }]);
    });

    it.each(['update audit set outcome = outcome', 'delete from audit', 'truncate audit'])(
      'the audit refuses a plain %s',
      async (statement) => {
        await chain();
        await expect(database.pool.query(statement)).rejects.toThrow('append-only');
      },
    );

    it('the head alone tells of a chain that was cut off and bound anew', async () => {
      const vault = await chain();
      await tamper('delete from audit where sequence = 5');
      await vault.transaction(({ audit }) =>
        audit.append({
          spaceId: 's',
          who: pluginId,
          action: 'put',
          connectionId: 'c1',
          outcome: 'f',
        }),
      );
      expect(await verifyAudit(vault)).toMatchObject([{ brokenAt: 5 }]);
    });
  });

  it('forgets what expired and what was erased long ago', async () => {
    const vault = await open();
    const envelope = { kekId: 'k1', wrapped: Buffer.alloc(60), sealed: Buffer.alloc(60) };
    await vault.transaction(async ({ secrets, runners }) => {
      await secrets.put(anOwner(), envelope);
      await secrets.erase('c1');
      await runners.announce({ pluginId, ticketHash: 'old' }, 60);
      const runner = { runnerId: '00000000-0000-4000-8000-000000000000', pluginId };
      await runners.bind('old', { ...runner, publicKey: Buffer.alloc(32) }, 60);
    });
    await sql`update secret set changed_at = now() - interval '2 days'`.execute(database.db);
    for (const table of ['ticket', 'runner'])
      await sql`update ${sql.table(table)} set expires_at = now() - interval '1 second'`.execute(
        database.db,
      );
    await vault.transaction(async ({ secrets, runners }) => {
      await secrets.put(anOwner({ connectionId: 'c2' }), envelope);
      await secrets.erase('c2');
      await runners.announce({ pluginId, ticketHash: 'new' }, 60);
    });
    const left = await database.pool.query(
      `select (select string_agg(connection_id, ',') from secret) as secrets,
        (select string_agg(hash, ',') from ticket) as tickets, (select count(*)::int from runner) as runners`,
    );
    expect(left.rows).toEqual([{ secrets: 'c2', tickets: 'new', runners: 0 }]);
  });
});
