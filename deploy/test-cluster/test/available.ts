import { missingParts } from '../src/index.ts';

/** `describe` where a cluster can run; elsewhere its tests count as skipped, under a title that says why. */
export async function describeWithCluster(title: string, tests: () => void): Promise<void> {
  const missing = await missingParts();
  if (missing.length === 0) describe(title, tests);
  else describe.skip(`${title} (no test cluster can run here: ${missing.join('; ')})`, tests);
}
