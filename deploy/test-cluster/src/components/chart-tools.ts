import { join } from 'node:path';
import { buildFolder, ensureBuild, type GoModule } from './cached-build.ts';

const tools: GoModule = { folder: 'tools', sources: ['go.mod', 'go.sum'] };
const packages = ['helm.sh/helm/v4/cmd/helm', 'github.com/yannh/kubeconform/cmd/kubeconform'];

/** What installs charts, and what checks manifests against schemas. */
export interface ChartTools {
  readonly helm: string;
  readonly kubeconform: string;
}

/** Where they lie once they are compiled. */
export function chartToolsFolder(): string {
  return buildFolder(tools);
}

/** Compiles them unless they are there. */
export async function ensureChartTools(): Promise<ChartTools> {
  const folder = await ensureBuild(tools, packages, '-s -w');
  return { helm: join(folder, 'helm'), kubeconform: join(folder, 'kubeconform') };
}
