import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChartTools } from '../components/chart-tools.ts';
import { componentsBinary } from '../components/components-binary.ts';

/** A folder with kubectl and helm, for the PATH of whoever uses a cluster that runs. */
export async function writePrograms(folder: string): Promise<string> {
  const programs = join(folder, 'bin');
  mkdirSync(programs, { recursive: true });
  const kubectl = join(programs, 'kubectl');
  writeFileSync(kubectl, `#!/bin/sh\nexec '${componentsBinary()}' kubectl "$@"\n`);
  chmodSync(kubectl, 0o755);
  const helm = join(programs, 'helm');
  rmSync(helm, { force: true });
  symlinkSync((await ensureChartTools()).helm, helm);
  return programs;
}
