/**
 * What a document costs: CPU of PostgreSQL and of this process, and WAL, for each of `documents` persons in batches of
 * 300 as etl's events bring them. Beside it the same documents one at a time, with the parser of PostgreSQL. Linux only.
 *
 *   npm run measure -- 20000
 */
import { EntityType } from '@made-open/contracts';
import { connectDatabase, migrate } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { migrations } from '../src/migrations.ts';
import { PostgresSearchIndex } from '../src/postgres/postgres-search-index.ts';
import type { IndexChange } from '../src/search/search-index.ts';

const documents = Number(process.argv[2] ?? 20_000);
const batchSize = 300;
const givenNames = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Frances'];
const familyNames = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Perlman'];

function person(n: number, version: number, revision: number): IndexChange {
  const given = givenNames[n % givenNames.length] ?? '';
  const family = `${familyNames[n % familyNames.length] ?? ''}${String(n % 977)}`;
  const details = [
    `${given.toLowerCase()}${String(n)}@example.com`,
    `+1555${String(n).padStart(7, '0')}`,
    `Organization ${String(n % 500)}`,
    `Engineer ${String((n + revision) % 20)}`,
  ];
  return {
    entityId: `01930000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    spaceId: 'default',
    connectionId: '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e01',
    pluginId: 'com.example.contacts',
    type: EntityType.PERSON,
    version,
    document: { title: `${given} ${family}`, details: details.join(' · '), body: '' },
  };
}

function batches(version: number, revision: number): IndexChange[][] {
  const persons = Array.from({ length: documents }, (_, n) => person(n, version, revision));
  const count = Math.ceil(documents / batchSize);
  return Array.from({ length: count }, (_, n) => persons.slice(n * batchSize, (n + 1) * batchSize));
}

/** CPU in µs of a process, of its children and of those that have ended. */
function cpuOf(parent: number): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/u.test(name))) {
    const fields = statOf(pid);
    const [own = 0, system = 0, ofEnded = 0, systemOfEnded = 0] = fields.slice(11, 15).map(Number);
    if (Number(pid) === parent) ticks += own + system + ofEnded + systemOfEnded;
    else if (Number(fields[1]) === parent) ticks += own + system;
  }
  return ticks * 10_000;
}

function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // it has just ended
  }
}

const platform = await TestPlatform.start();
const options = await platform.database('search-indexer');
await migrate(options, migrations);
const database = connectDatabase(options);
const { pool } = database;
const index = new PostgresSearchIndex(pool);
const administrator = await platform.postgres.connect();

async function walPosition(): Promise<number> {
  const { rows } = await administrator.query<{ bytes: string }>(
    "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes",
  );
  return Number(rows[0]?.bytes);
}

async function measure(name: string, work: () => Promise<void>): Promise<void> {
  await administrator.query('checkpoint');
  const [wal, server, own] = [
    await walPosition(),
    cpuOf(platform.postgres.pid),
    process.cpuUsage(),
  ];
  await work();
  const { user, system } = process.cpuUsage(own);
  const perDocument = (value: number): string => (value / documents).toFixed(1).padStart(7);
  console.log(
    `${name.padEnd(34)} PostgreSQL ${perDocument(cpuOf(platform.postgres.pid) - server)} µs, Node ${perDocument(user + system)} µs, WAL ${perDocument((await walPosition()) - wal)} B`,
  );
}

function applyAll(version: number, revision: number): () => Promise<void> {
  const given = batches(version, revision);
  return async () => {
    for (const batch of given) await index.apply(batch);
  };
}

async function oneAtATime(): Promise<void> {
  for (const { entityId, spaceId, type, connectionId, document } of batches(1, 0).flat())
    await pool.query({
      name: 'one',
      text: `insert into search_document (entity_id, space_id, type, connection_id, title, details, body, fts)
        values ($1, $2, $3, $4, $5, $6, $7, to_tsvector('simple', $5 || ' ' || $6 || ' ' || $7))
        on conflict (entity_id) do update set title = excluded.title, details = excluded.details, body = excluded.body, fts = excluded.fts`,
      values: [entityId, spaceId, type, connectionId, ...Object.values(document ?? {})],
    });
}

try {
  await applyAll(1, 0)(); // warms up
  await index.drop();
  await index.create();
  await measure('new', applyAll(1, 0));
  await measure('came before', applyAll(1, 0));
  await measure('newer version, the same texts', applyAll(2, 0));
  await measure('newer version, other texts', applyAll(3, 1));
  await index.drop();
  await index.create();
  await measure('naive: one at a time, unguarded', oneAtATime);
} finally {
  await administrator.end();
  await database.close();
  await platform.stop();
}
