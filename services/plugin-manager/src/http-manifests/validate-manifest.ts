import {
  compilePluginManifest,
  HttpManifestError,
  httpManifestWarnings,
  readLegacy,
  type LegacyReport,
} from '@made-open/http-manifest';
import type { Manifest } from '@made-open/manifest';
import { sha256 } from '../bundles/digest.ts';
import { manifestProblem, readHttpPush } from './http-push.ts';
import { isCurrent } from './preview-manifest.ts';

export interface ManifestCheckView {
  readonly valid: boolean;
  readonly format: 'v1' | 'legacy';
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly permissions: readonly string[];
  readonly plugin: Manifest;
  readonly report: LegacyReport;
}

/** Looks at a manifest as a push or an import would; nothing is stored, nothing is sent. */
export function validateManifest(text: string): ManifestCheckView {
  return isCurrent(text) ? current(text) : legacy(text);
}

function current(text: string): ManifestCheckView {
  const { http, manifest, digest } = readHttpPush(text);
  const report = {
    errors: [],
    warnings: httpManifestWarnings(http),
    dangers: [],
    proposed_domains: [],
    needs_approval: false,
    runnable: true,
  };
  return viewOf(manifest, { format: 'v1', digest, report });
}

function legacy(text: string): ManifestCheckView {
  try {
    const { manifest, report } = readLegacy(text);
    if (manifest === undefined) throw new HttpManifestError(report.errors);
    const plugin = compilePluginManifest(manifest);
    return viewOf(plugin, { format: 'legacy', digest: sha256(text), report });
  } catch (error) {
    throw error instanceof HttpManifestError ? manifestProblem(error) : error;
  }
}

function viewOf(
  plugin: Manifest,
  rest: Pick<ManifestCheckView, 'format' | 'digest' | 'report'>,
): ManifestCheckView {
  const { id, version, permissions } = plugin;
  return { valid: true, id, version, permissions, plugin, ...rest };
}
