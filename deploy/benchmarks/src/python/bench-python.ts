import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { rivals, type Rival } from './plugins.ts';

/** What one sandbox process took, its start included. */
interface Taken {
  readonly bytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly residentMb: number;
}

export interface LanguageResult {
  readonly runtime: Rival['runtime'];
  /** Of a process that brings one item: medians. */
  readonly start: Taken;
  /** Of one that brings them all, and what of it is not start. */
  readonly sync: Taken;
  readonly itemsPerCpuSecond: number;
}

export interface PythonResult {
  readonly items: number;
  readonly rounds: number;
  readonly machine: { readonly cores: number; readonly load: number };
  readonly languages: readonly LanguageResult[];
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const tool = path('../../../../libs/plugin-sdk-python/tools/build-runtime.ts');
const entry = path('../../../../services/plugin-runner/dist/measure/measure-main.js');

/** A sync of the same items in both languages by turns, in the sandbox process of a runner. */
export function benchPython(
  { items, rounds }: { readonly items: number; readonly rounds: number },
  note: (text: string) => void,
): PythonResult {
  note('building Python, unless it is there');
  const folder = execFileSync(process.execPath, [tool], { encoding: 'utf8' }).trim();
  const taken = rivals.map((rival): Measured => ({ rival, starts: [], syncs: [] }));
  for (let round = 1; round <= rounds; round++) {
    note(`round ${String(round)} of ${String(rounds)}`);
    for (const { rival, starts, syncs } of taken) {
      starts.push(run(rival, 1, folder));
      syncs.push(run(rival, items, folder));
    }
  }
  const languages = taken.map((measured) => resultOf(measured, items));
  const machine = { cores: availableParallelism(), load: loadavg()[0] ?? 0 };
  return { items, rounds, machine, languages };
}

interface Measured {
  readonly rival: Rival;
  readonly starts: Taken[];
  readonly syncs: Taken[];
}

function run({ runtime, bundle }: Rival, items: number, folder: string): Taken {
  const output = execFileSync(process.execPath, [entry], {
    input: `${JSON.stringify({ runtime, bundle: bundle(items) })}\n`,
    env: { PATH: process.env['PATH'] ?? '', PYTHON_RUNTIME_DIR: folder },
    encoding: 'utf8',
  });
  const taken: Taken = JSON.parse(output);
  return taken;
}

function resultOf({ rival, starts, syncs }: Measured, items: number): LanguageResult {
  const [start, sync] = [medians(starts), medians(syncs)];
  const seconds = Math.max(1, sync.cpuMs - start.cpuMs) / 1000;
  return { runtime: rival.runtime, start, sync, itemsPerCpuSecond: Math.round(items / seconds) };
}

function medians(taken: readonly Taken[]): Taken {
  const of = (name: keyof Taken): number =>
    taken.map((each) => each[name]).toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? 0;
  return {
    bytes: of('bytes'),
    wallMs: of('wallMs'),
    cpuMs: of('cpuMs'),
    residentMb: of('residentMb'),
  };
}
