import { RunOutcome } from '@made-open/contracts';
import { plugin } from './attack.ts';
import { RunnerFixture } from './runner.ts';

const bundle = plugin(`
  for (let page = (await context.checkpoint.get()) ?? 0; ; page++) {
    const ids = await context.http.get('http://source.example/page/' + page);
    if (ids.length === 0) return;
    for (const id of ids) yield { type: 'person', externalId: id, data: { display_name: id }, raw: {} };
    await context.checkpoint.save(page + 1);
  }
`);

describe('a connection with a request budget', () => {
  let fixture: RunnerFixture;

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle);
    fixture.source.answer = (path) => {
      const page = Number(path.split('/').at(-1));
      return { body: page < 5 ? [`p${String(page)}`] : [] };
    };
    await fixture.runner();
  });
  afterAll(() => fixture?.stop());

  it('sends no request beyond it, and parks the run until there is one', async () => {
    fixture.scheduler.requestsLeft = 3;
    const run = await fixture.sync('c1', { hasRequestBudget: true });
    const end = await fixture.ended(run);
    expect(end).toMatchObject({ outcome: RunOutcome.PARKED, retryAfterMs: 60_000 });
    expect(fixture.source.paths).toEqual(['/page/0', '/page/1', '/page/2']);
    fixture.scheduler.requestsLeft = 10;
    await fixture.sync('c1', { hasRequestBudget: true });
    expect(await fixture.ended(run, 2)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(run.ids).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    expect(fixture.scheduler.requestsLeft).toBe(7);
  });

  it('asks nobody where there is none', async () => {
    fixture.scheduler.requestsLeft = 0;
    const run = await fixture.sync('c2');
    expect(await fixture.ended(run)).toMatchObject({ outcome: RunOutcome.COMPLETED });
  });
});
