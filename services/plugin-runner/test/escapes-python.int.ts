import { probeConfinement, type Confinement } from '../src/host/processes/sandbox-command.ts';
import { processOverheadMb } from '../src/sandbox/sandbox-limits.ts';
import { Source, limits as ownLimits, runPlugin, type Outcome } from './attack.ts';
import { limits } from './escapes-python/limits.ts';
import type { PythonEscape } from './escapes-python/python-escape.ts';
import { reach } from './escapes-python/reach.ts';
import { records } from './escapes-python/records.ts';
import { seam } from './escapes-python/seam.ts';
import { pythonConnector, pythonRuntime } from './python-runtime.ts';

const lateMb = 128;
const parentMb = 192;
const well = pythonConnector(`
for number in range(1000):
    if number % 500 == 0: await context.http.get('http://source.example/')
    yield {'type': 'person', 'externalId': f'p{number}', 'data': {'display_name': 'P'}, 'raw': None}
`);

describe('attacks of plugin code in Python', () => {
  const source = new Source();
  let confinement: Confinement;
  let python: string;

  beforeAll(async () => {
    python = pythonRuntime();
    await source.listen();
    confinement = await probeConfinement();
  }, 300_000);

  afterAll(() => source.close());

  it.each([...reach, ...limits, ...records, ...seam])('contains $name', async (escape) => {
    const { sync, head, limits: given = {} } = escape;
    const outcome = await runPlugin(pythonConnector(sync, head), source, {
      confinement,
      given: { loadCpuMs: 5000, ...given },
      python,
    });
    expectContained(escape, outcome);
    expect(source.secrets).toBe(0);
  });

  it('goes on with the next plugin', async () => {
    const outcome = await runPlugin(well, source, { confinement, python });
    expect({ count: outcome.ids.length, code: outcome.code }).toEqual({
      count: 1000,
      code: 'completed',
    });
  });
});

function expectContained(escape: PythonEscape, outcome: Outcome): void {
  const { ids, code, message, logLines, peakMb } = outcome;
  const { ends, says = /^/u, items, refuses, maxLogLines = 500 } = escape;
  expect(ids.filter((id) => id.startsWith('LEAK'))).toEqual([]);
  expect(`${code} ${message}`).toMatch(new RegExp(`^(${ends}) `, 'u'));
  expect(message).toMatch(says);
  if (items !== undefined) expect(ids).toEqual(items);
  if (refuses !== undefined) expect(outcome.refusals.join('\n')).toMatch(refuses);
  expect(logLines).toBeLessThanOrEqual(maxLogLines);
  expect(outcome.parentMb).toBeLessThan(parentMb);
  expect(peakMb).toBeLessThan(ownLimits.memoryMb + processOverheadMb + lateMb);
}
