import { RunOutcome } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { bundle, expectInOrder, idsOfPage, idsOfPages } from './paged-plugin.ts';
import { RunnerFixture } from './runner.ts';

describe('runs over NATS', () => {
  let fixture: RunnerFixture;
  let pages = 5;
  const apiKey = 'sekret/key+of source';

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle, { SLICE_ITEMS: '250' });
    fixture.source.answer = (path) => {
      if (path === '/busy') return { status: 429, headers: { 'retry-after': '7' } };
      const page = Number(path.split('/').at(-1));
      return { body: page < pages ? idsOfPage(page) : [] };
    };
    await fixture.runner();
  });
  afterAll(() => fixture?.stop());
  beforeEach(() => {
    pages = 5;
  });

  const mode = (name: string): void => {
    fixture.wallet.config = { mode: name, apiKey };
  };

  it('lets a plugin read entities page by page', async () => {
    mode('entities');
    fixture.etl.pages = {
      '': { ids: ['e1', 'e2'], nextCursor: 'c2' },
      c2: { ids: [], nextCursor: 'c3' },
      c3: { ids: ['e3'], nextCursor: '' },
    };
    const committed = await fixture.sync('entities');
    expect(await fixture.ended(committed)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ids).toEqual(['e1', 'e2', 'e3']);
  });

  it('runs a long sync in slices that end at a checkpoint and go on from it', async () => {
    mode('pages');
    const committed = await fixture.sync('sliced');
    expect(await fixture.ended(committed, 1)).toMatchObject({ outcome: RunOutcome.SLICED });
    expect(committed.ids).toEqual(idsOfPages(3));
    await fixture.sync('sliced', { slice: 2 });
    const end = await fixture.ended(committed, 2);
    expect(end).toMatchObject({ outcome: RunOutcome.COMPLETED, fullPass: true });
    expect(end.usage).toMatchObject({ items: 200, httpCalls: 3, logLines: 2 });
    expect(committed.ids).toEqual(idsOfPages(5));
    expect(committed.frames.at(0)?.content).toMatchObject({
      case: 'begin',
      value: { pluginVersion: '1.0.0', slice: 1, trigger: 'manual' },
    });
    expectInOrder(committed.places);
  });

  it('says of a run that went on from an earlier one that it has not seen everything', async () => {
    mode('pages');
    pages = 2;
    const committed = await fixture.sync('partial', { runId: 'first' });
    expect(await fixture.ended(committed, 1)).toMatchObject({ fullPass: true });
    pages = 3;
    await fixture.sync('partial', { runId: 'second' });
    expect(await fixture.ended(committed, 2)).toMatchObject({
      outcome: RunOutcome.COMPLETED,
      fullPass: false,
    });
    expect(committed.ids).toEqual(idsOfPages(3));
  });

  it('says of a run that began again from nothing that it has seen everything', async () => {
    mode('reset');
    const committed = await fixture.sync('reset', { runId: 'first' });
    await fixture.ended(committed);
    await fixture.sync('reset', { runId: 'second' });
    expect(await fixture.ended(committed, 2)).toMatchObject({ fullPass: true });
  });

  it('parks a run whose source asks to come back later', async () => {
    mode('busy');
    const committed = await fixture.sync('busy');
    const end = await fixture.ended(committed);
    expect(end).toMatchObject({ outcome: RunOutcome.PARKED, retryAfterMs: 7000, fullPass: false });
    expect(committed.ids).toEqual(['before']);
  });

  it.each([
    ['loops without end', 'loop', 'sandbox.cpu_limit', /do less at a time/u],
    ['asks a host that nobody approved', 'denied', 'egress.host_not_granted', /undeclared/u],
  ])(
    'ends a run whose plugin %s, while another connection is served',
    async (_, name, code, says) => {
      mode(name);
      const attacked = await fixture.sync(`attacked-${name}`);
      await eventually(() => expect(attacked.places).not.toEqual([]));
      await eventually(() => expect(fixture.wallet.delivered).toContain(`attacked-${name}`));
      mode('pages');
      const neighbour = await fixture.sync(`beside-${name}`);
      expect(await fixture.ended(neighbour)).toMatchObject({ outcome: RunOutcome.SLICED });
      const end = await fixture.ended(attacked);
      expect(end).toMatchObject({ outcome: RunOutcome.FAILED, error: { code } });
      expect(end.error?.message).toMatch(says);
    },
  );

  it('sends no request of a run after its end', async () => {
    mode('leaves');
    const held = (): number => fixture.source.paths.filter((path) => path === '/held').length;
    const released = Promise.withResolvers<void>();
    const answer = fixture.source.answer;
    fixture.source.answer = async (path) => {
      if (path !== '/held') return answer(path);
      await released.promise;
      return {};
    };
    const committed = await fixture.sync('leaves');
    // The last call is above what may wait, and so is refused while the others are open.
    expect(await fixture.ended(committed)).toMatchObject({
      error: { code: 'sandbox.too_many_calls' },
    });
    released.resolve();
    mode('pages');
    await fixture.ended(await fixture.sync('after-leaves'));
    fixture.source.answer = answer;
    expect(held()).toBeLessThanOrEqual(8);
  });

  it('removes config values from what the plugin says and logs', async () => {
    mode('tells');
    const end = await fixture.ended(await fixture.sync('tells'));
    expect(end.error).toMatchObject({ code: 'plugin.error' });
    expect(end.error?.message).toMatch(
      /^the source refused \[secret\] and .*\[secret\].* and \[secret\]$/u,
    );
    const encoded = Buffer.from(`user:${apiKey}`).toString('base64').slice(8, -4);
    for (const text of [JSON.stringify(end.error), ...fixture.manager.lines])
      for (const form of [apiKey, encoded, encodeURIComponent(apiKey)])
        expect(text).not.toContain(form);
    await eventually(() => expect(fixture.manager.lines.join()).toContain('page 0'));
  });

  it('runs nothing with a config that the wallet did not sign', async () => {
    mode('pages');
    fixture.wallet.forges = true;
    const committed = await fixture.sync('forged');
    const end = await fixture.ended(committed);
    fixture.wallet.forges = false;
    expect(end).toMatchObject({ outcome: RunOutcome.FAILED, error: { code: 'wallet.signature' } });
    expect(committed.ids).toEqual([]);
  });

  it('waits for a wallet that is away', async () => {
    mode('pages');
    pages = 1;
    fixture.wallet.answers.isThere = false;
    const committed = await fixture.sync('waits');
    await eventually(() => expect(committed.places).toEqual([expect.stringMatching(/\/1\/0$/u)]));
    fixture.wallet.answers.isThere = true;
    expect(await fixture.ended(committed)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ids).toEqual(idsOfPages(1));
  });

  it('draws no more from the plugin than etl takes', async () => {
    mode('unsaved');
    pages = 120;
    const opened = Promise.withResolvers<void>();
    fixture.etl.gate = opened.promise;
    fixture.source.paths.splice(0);
    const committed = await fixture.sync('pressed');
    await eventually(() => expect(fixture.source.paths.length).toBeGreaterThan(30));
    // Long enough for all the rest, if nothing held it back.
    await delay(2000);
    // 32 messages of a connection fit into the stream, a few frames wait in the runner and one in the sandbox.
    expect(fixture.source.paths.length).toBeLessThan(45);
    expect(committed.ids).toEqual([]);
    opened.resolve();
    expect(await fixture.ended(committed)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ids).toEqual(idsOfPages(120));
    expectInOrder(committed.places);
  });
});
