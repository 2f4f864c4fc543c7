import { RunOutcome } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { bundle, idsOfPage, idsOfPages } from './paged-plugin.ts';
import { RunnerFixture } from './runner.ts';

describe('a runner that came as a pod', () => {
  let fixture: RunnerFixture;

  beforeEach(async () => {
    fixture = await RunnerFixture.start(bundle);
    fixture.wallet.config = { mode: 'pages', apiKey: 'key-of-the-source' };
    fixture.source.answer = (path) => {
      const page = Number(path.split('/').at(-1));
      return { body: page < 5 ? idsOfPage(page) : [] };
    };
  });
  afterEach(() => fixture.stop());

  it('waits until plugin-manager says who it is, and runs with that', async () => {
    const { manager, wallet } = fixture;
    const starting = fixture.podRunner('token of the cluster');
    await eventually(() => expect(manager.tokens).toContain('token of the cluster'));
    expect(wallet.tickets).toEqual([]);
    manager.identity = () => fixture.identity('ticket of the pod', 3600);
    await starting;
    const committed = await fixture.sync('pod');
    expect(await fixture.ended(committed)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ids).toEqual(idsOfPages(5));
    expect(wallet.tickets).toEqual(['ticket of the pod']);
  });

  it('takes another identity in time and goes on with it', async () => {
    const { manager, wallet } = fixture;
    let given = 0;
    // The second life is short, the third long: whatever the machine does meanwhile, runs are asked of the third.
    manager.identity = () => fixture.identity(`ticket ${String(++given)}`, given < 3 ? 1 : 3600);
    await fixture.podRunner('token');
    await eventually(() => expect(wallet.tickets.at(-1)).toBe('ticket 3'));
    const committed = await fixture.sync('renewed');
    expect(await fixture.ended(committed)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(wallet.tickets).toEqual(['ticket 1', 'ticket 2', 'ticket 3']);
    expect(wallet.runnerIds).toEqual(['runner-3']);
  });
});
