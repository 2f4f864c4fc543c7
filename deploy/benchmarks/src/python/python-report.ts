import type { LanguageResult, PythonResult } from './bench-python.ts';

/** The result for people. */
export function pythonReport({ items, rounds, machine, languages }: PythonResult): string {
  const [javascript, python] = languages;
  const ratio =
    javascript === undefined || python === undefined
      ? 0
      : python.itemsPerCpuSecond / javascript.itemsPerCpuSecond;
  return [
    `${String(items)} items of 1 KB in one sandbox process, medians of ${String(rounds)} rounds (${String(machine.cores)} cores, load ${machine.load.toFixed(1)})`,
    ...languages.map(lineOf),
    `Python brings ${(ratio * 100).toFixed(0)} % of the items that JavaScript brings in the same CPU time`,
  ].join('\n');
}

function lineOf({ runtime, start, sync, itemsPerCpuSecond }: LanguageResult): string {
  return [
    runtime.padEnd(10),
    `${String(itemsPerCpuSecond)} items per second of CPU`,
    `start ${String(start.cpuMs)} ms of CPU, ${String(start.residentMb)} MB`,
    `sync ${String(sync.wallMs)} ms with its start, ${String(sync.residentMb)} MB`,
  ].join('; ');
}
