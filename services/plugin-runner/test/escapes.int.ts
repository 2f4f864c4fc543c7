import { Source, limits, plugin, runPlugin, type Outcome } from './attack.ts';
import type { Escape } from './escape.ts';
import { escapes } from './escapes/index.ts';
import { probeConfinement, type Confinement } from '../src/host/processes/sandbox-command.ts';
import { processOverheadMb } from '../src/sandbox/sandbox-limits.ts';

/** What a process can take between two looks of the watch. */
const lateMb = 128;
/** What plugins can make the runner take: below what its pod has beside the isolates. */
const parentMb = 192;
const well = plugin(
  `for (let i = 0; i < 3000; i++) {
     if (i % 1000 === 0) await context.http.get('http://source.example/');
     yield { type: 'person', externalId: 'p' + i, data: { display_name: 'P' + i }, raw: { i } };
   }`,
);
const wellIds = Array.from({ length: 3000 }, (_, index) => `p${String(index)}`);

describe('attacks of plugin code', () => {
  const source = new Source();
  let confinement: Confinement;

  beforeAll(async () => {
    await source.listen();
    confinement = await probeConfinement();
  });

  afterAll(() => source.close());

  it.each(escapes)('contains $name, and its neighbour goes on', async (escape) => {
    const { sync = '', script, bundle = plugin(sync, script), limits: given = {} } = escape;
    const [attack, neighbour] = await Promise.all([
      runPlugin(bundle, source, { confinement, given }),
      runPlugin(well, source, { confinement }),
    ]);
    expectContained(escape, attack);
    expect(source.secrets).toBe(0);
    expect({ ids: neighbour.ids, code: neighbour.code }).toEqual({
      ids: wellIds,
      code: 'completed',
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

function expectContained(escape: Escape, outcome: Outcome): void {
  const { ids, code, message, logLines, peakMb } = outcome;
  const { ends, says = /^/u, items, refuses, maxLogLines = 500 } = escape;
  expect(ids.filter((id) => id.startsWith('LEAK'))).toEqual([]);
  expect(code).toMatch(new RegExp(`^(${ends})$`, 'u'));
  if (code !== 'completed') expect(message).not.toBe('');
  expect(message).toMatch(says);
  if (items !== undefined) expect(ids).toEqual(items);
  if (refuses !== undefined) expect(outcome.refusals.join('\n')).toMatch(refuses);
  expect(logLines).toBeLessThanOrEqual(maxLogLines);
  expect(outcome.parentMb).toBeLessThan(parentMb);
  expect(peakMb).toBeLessThan(limits.memoryMb + processOverheadMb + lateMb);
}
