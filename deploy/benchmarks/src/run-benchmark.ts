import { availableParallelism, loadavg } from 'node:os';
import { benchNaive } from './naive/bench-naive.ts';
import type { BenchmarkOptions } from './options.ts';
import { benchPlatform } from './platform/bench-platform.ts';
import { BenchedPlatform } from './platform/benched-platform.ts';
import type { BenchmarkResult } from './result.ts';

/** Syncs new, unchanged and changed items through the naive path and then through the platform, on the same servers. */
export async function runBenchmark(
  options: BenchmarkOptions,
  note: (text: string) => void,
): Promise<BenchmarkResult> {
  const load = loadNow();
  note('starting the platform');
  const platform = await BenchedPlatform.start();
  try {
    note(`${String(options.naiveItems)} items through the naive path, three times`);
    const naive = await benchNaive(platform, options);
    note(`${String(options.items)} items through the platform, three times`);
    const measured = await benchPlatform(platform, options);
    const machine = { cores: availableParallelism(), load: [load, loadNow()] } as const;
    return { options, machine, ...measured, naive };
  } finally {
    await platform.stop();
  }
}

function loadNow(): number {
  return loadavg()[0] ?? 0;
}
