import { cpuBetween } from '../measure/cpu-times.ts';
import type { BenchmarkOptions } from '../options.ts';
import type { BenchedPlatform } from '../platform/benched-platform.ts';
import type { Measured, Phase } from '../result.ts';
import { NaivePath } from './naive-path.ts';

/** Measures the naive path in each phase. */
export async function benchNaive(
  platform: BenchedPlatform,
  { naiveItems, warmUpItems, every }: BenchmarkOptions,
): Promise<Record<Phase, Measured>> {
  const path = await NaivePath.start(platform);
  const measure = async (revision: number): Promise<Measured> => {
    const before = path.cpu();
    const started = performance.now();
    await path.sync({ count: naiveItems, revision, every });
    const wallMs = performance.now() - started;
    const cpuMs = cpuBetween(before, path.cpu());
    await path.check(naiveItems);
    return { items: naiveItems, wallMs, cpuMs };
  };
  try {
    await path.sync({ count: Math.min(warmUpItems, naiveItems), revision: 0, every });
    await path.clear();
    return { new: await measure(0), same: await measure(0), changed: await measure(1) };
  } finally {
    await path.stop();
  }
}
