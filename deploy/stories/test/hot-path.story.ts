import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Sync {
  counts: Record<string, number>;
  wallMs: number;
  messages: Record<string, number>;
  database: {
    entityWrites: number;
    statements: Record<string, number>;
    written: Record<string, number>;
  };
  found: number;
}

const items = 4000;
const every = 10;
const benchmark = fileURLToPath(new URL('../../benchmarks/dist/main.js', import.meta.url));

describe('the hot path goes by frames', () => {
  let platform: Record<'new' | 'same' | 'changed', Sync>;
  /** A second, by role. */
  let idleStatements: Record<string, number>;

  beforeAll(async () => {
    const sizes = { items, every, naive: 50, 'warm-up': 300 };
    const options = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [benchmark, ...options, '--json'],
      {
        maxBuffer: 1024 * 1024,
      },
    );
    ({ platform, idleStatements } = JSON.parse(stdout) as {
      platform: typeof platform;
      idleStatements: typeof idleStatements;
    });
  });

  /** Without the begin and the end of the run. */
  const framesOf = ({ messages }: Sync): number => (messages['ITEMS'] ?? 0) - 2;

  it('brings every item to the entities and to the search', () => {
    const { counts, database, found } = platform.new;
    expect(counts).toMatchObject({ items, created: items });
    expect(database.written).toMatchObject({
      'etl.person': items,
      'search_indexer.search_document': items,
    });
    expect(found).toBe(items);
  });

  it('sends one message and writes one statement for a frame of many items', () => {
    const frames = framesOf(platform.new);
    expect(items / frames).toBeGreaterThan(100);
    expect(platform.new.database.entityWrites).toBe(frames);
    expect(platform.new.messages['DATA']).toBe(frames);
  });

  it('bounds the other statements of a frame', () => {
    // Twelve for the transaction and the outbox of a frame, and what begins and ends a run.
    for (const sync of Object.values(platform)) {
      const idle = ((idleStatements['etl'] ?? 0) * sync.wallMs) / 1000;
      const { etl = NaN } = sync.database.statements;
      expect(etl - idle).toBeLessThan(framesOf(sync) * 12 + 200);
    }
  });

  it('leaves the database alone while nothing happens', () => {
    expect(Object.keys(idleStatements)).toContain('etl');
    for (const aSecond of Object.values(idleStatements)) expect(aSecond).toBeLessThan(10);
  });

  it('writes nothing when nothing changed', () => {
    const { counts, messages, database, found } = platform.same;
    expect(counts).toMatchObject({ items, unchanged: items });
    expect(messages['DATA']).toBe(0);
    expect(database.entityWrites).toBe(0);
    expect(database.written).toMatchObject({
      'etl.person': 0,
      'search_indexer.indexed': 0,
      'search_indexer.search_document': 0,
      // Of this run alone: where it stands.
      'etl.run_fence': 1,
    });
    expect(found).toBe(items);
  });

  it('writes what changed and nothing else', () => {
    const { counts, database } = platform.changed;
    const changed = items / every;
    expect(counts).toMatchObject({ items, updated: changed, unchanged: items - changed });
    expect(database.written).toMatchObject({
      'etl.person': changed,
      'search_indexer.search_document': changed,
    });
  });
});
