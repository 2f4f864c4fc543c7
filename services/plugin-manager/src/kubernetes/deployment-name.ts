import { sha256 } from '../bundles/digest.ts';

/** Leaves room for what the cluster appends to make names of pods. */
const maxLength = 45;

/** Name of the Deployment of one version of a plugin: readable, and never that of another. */
export function deploymentName(
  installation: string,
  { pluginId, version }: { readonly pluginId: string; readonly version: string },
): string {
  const readable = `${installation}-${pluginId}-${version}`.toLowerCase();
  const hash = sha256(JSON.stringify([installation, pluginId, version])).slice(0, 8);
  const start = readable.replaceAll(/[^a-z0-9]+/gu, '-').slice(0, maxLength);
  return `${start.replace(/-$/u, '')}-${hash}`;
}
