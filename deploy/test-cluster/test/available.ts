import { missingParts } from '../src/index.ts';

/** `describe` where a cluster can run; elsewhere its tests count as skipped, under a title that says why. */
export async function describeWithCluster(title: string, tests: () => void): Promise<void> {
  const missing = await missingParts();
  const isPossible = missing.length === 0;
  const why = ` (no test cluster can run here: ${missing.join('; ')})`;
  const group = isPossible ? describe : describe.skip;
  group(isPossible ? title : title + why, tests);
}
