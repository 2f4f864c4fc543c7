import { RunKind, RunOutcome } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { RunnerFixture } from './runner.ts';

/** What a raw says is what its mapping does. */
const bundle = `
globalThis.__plugin = { plugin: {
  id: 'x',
  async *sync(context) { throw new Error('a remap draws nothing'); },
  mapToUnifiedModel(raw, ...more) {
    if (raw.does === 'throw') throw new Error('it has no name');
    if (raw.does === 'loop') for (;;);
    console.log('mapped', { id: raw.id, more: more.length });
    return { type: 'person', externalId: raw.id, data: { display_name: 'Anew ' + raw.id }, raw: 'never' };
  },
} };`;
const rawOf = (id: string, does = ''): string => `{"id": "${id}", "does": "${does}"}`;
const stored = (...rows: readonly [id: string, does?: string][]) =>
  rows.map(([id, does]) => ({ type: 'person', externalId: id, rawJson: rawOf(id, does) }));
const many = (count: number) =>
  stored(...Array.from({ length: count }, (_, index): [string] => [`p${String(index)}`]));
const lineOf = ({ externalId: id, rawJson }: { externalId: string; rawJson: string }): string =>
  `${id}\t{"display_name":"Anew ${id}"}\t${rawJson}`;

describe('remaps over NATS', () => {
  let fixture: RunnerFixture;

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle, { SLICE_ITEMS: '250' });
    await fixture.runner();
  });
  afterAll(() => fixture?.stop());

  const remapped = async (id: string) => {
    const committed = await fixture.sync(id, { isRemap: true });
    return { committed, end: await fixture.ended(committed) };
  };

  it('map the raw of every entity again, without config and without a sync', async () => {
    fixture.etl.storedRaw = many(120);
    const { committed, end } = await remapped('all');
    expect(end).toMatchObject({ outcome: RunOutcome.COMPLETED, fullPass: false });
    expect(end.usage).toMatchObject({ items: 120, httpCalls: 0, logLines: 120 });
    expect(committed.items).toEqual(fixture.etl.storedRaw.map(lineOf));
    expect(new Set(committed.frames.map(({ kind }) => kind))).toEqual(new Set([RunKind.REMAP]));
    expect(fixture.wallet.delivered).toEqual([]);
    await eventually(() => expect(fixture.manager.lines).toContain('mapped {"id":"p0","more":0}'));
  });

  it('go on behind an item that cannot be mapped, and say why', async () => {
    fixture.etl.storedRaw = stored(['p0', 'throw'], ['p1']);
    const { committed, end } = await remapped('refused');
    expect(end).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ids.toSorted()).toEqual(['p0', 'p1']);
    expect(committed.items).toHaveLength(1);
    const reason = 'mapToUnifiedModel failed: it has no name';
    await eventually(() =>
      expect(fixture.manager.lines).toContain(
        `an item went to quarantine ${JSON.stringify({ reason })}`,
      ),
    );
  });

  it('end when a mapping does not', async () => {
    fixture.etl.storedRaw = stored(['p0'], ['p1', 'loop']);
    const { end } = await remapped('loop');
    expect(end).toMatchObject({
      outcome: RunOutcome.FAILED,
      error: {
        code: 'sandbox.cpu_limit',
        message: expect.stringContaining('one step of remap used more than'),
      },
    });
  });

  it('are left to the runner of the active version', async () => {
    fixture.etl.storedRaw = many(3);
    fixture.manager.superseded = true;
    const committed = await fixture.sync('superseded', { isRemap: true });
    const interrupted = { outcome: RunOutcome.INTERRUPTED, retryAfterMs: 4000 };
    expect(await fixture.ended(committed)).toMatchObject(interrupted);
    fixture.manager.superseded = false;
    await fixture.sync('superseded', { isRemap: true });
    expect(await fixture.ended(committed, 2)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.items).toHaveLength(3);
  });

  it('of much go on in slices, from where the one before ended', async () => {
    fixture.etl.storedRaw = many(500);
    const committed = await fixture.sync('sliced', { isRemap: true });
    expect(await fixture.ended(committed, 1)).toMatchObject({ outcome: RunOutcome.SLICED });
    expect(committed.items).toHaveLength(300);
    await fixture.sync('sliced', { isRemap: true, slice: 2 });
    expect(await fixture.ended(committed, 2)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.items).toEqual(fixture.etl.storedRaw.map(lineOf));
  });
});

describe('remaps that are ended from outside', () => {
  let fixture: RunnerFixture;
  let gate: PromiseWithResolvers<void>;

  beforeEach(async () => {
    fixture = await RunnerFixture.start(bundle);
    gate = Promise.withResolvers();
  });
  afterEach(async () => {
    gate.resolve();
    await fixture.stop();
  });

  it('go on in another runner after kill -9, from their last checkpoint', async () => {
    fixture.etl.storedRaw = many(500);
    fixture.etl.beforeRaw = (from) => (from === 300 ? gate.promise : undefined);
    const first = fixture.runnerProcess();
    const committed = await fixture.sync('killed', { isRemap: true });
    await eventually(() => expect(committed.items).toHaveLength(300));
    await eventually(() => expect(committed.stateJson).toContain('"300"'));
    first.kill('SIGKILL');
    gate.resolve();
    fixture.runnerProcess();
    expect(await fixture.ended(committed, 1, 60_000)).toMatchObject({
      outcome: RunOutcome.COMPLETED,
    });
    expect(committed.items).toEqual(fixture.etl.storedRaw.map(lineOf));
    expect(committed.places).toContain('1/2/0');
  });
});

describe('a remap of a plugin without a mapping', () => {
  it('fails and says so', async () => {
    const fixture = await RunnerFixture.start(
      `globalThis.__plugin = { plugin: { id: 'x', async *sync() {} } };`,
    );
    try {
      await fixture.runner();
      const committed = await fixture.sync('none', { isRemap: true });
      expect(await fixture.ended(committed)).toMatchObject({
        outcome: RunOutcome.FAILED,
        error: { code: 'sandbox.no_mapping' },
      });
    } finally {
      await fixture.stop();
    }
  });
});
