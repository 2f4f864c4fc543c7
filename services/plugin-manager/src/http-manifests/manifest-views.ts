import type { LegacyReport } from '@made-open/http-manifest';
import type { ImportResult } from './import-manifests.ts';
import type { ImportedManifest } from './manifest-store.ts';

export interface ImportResultView {
  readonly id: string;
  readonly original_id: string;
  readonly name: string;
  readonly state: string;
  /** What that means. */
  readonly detail: string;
  readonly code: string | null;
  readonly version: string | null;
  readonly digest: string | null;
  readonly report: LegacyReport;
}

export interface ImportedManifestView {
  readonly id: string;
  readonly original_id: string;
  readonly digest: string;
  readonly state: string;
  readonly version: string | null;
  readonly report: LegacyReport;
  readonly imported_at: string;
}

export function importResultView(result: ImportResult): ImportResultView {
  const { id, originalId, name, state, registered, report, refusal } = result;
  return {
    id,
    original_id: originalId,
    name,
    state,
    detail: detailOf(result),
    code: refusal?.code ?? null,
    version: registered?.version.version ?? null,
    digest: registered?.version.digest ?? null,
    report,
  };
}

export function importedManifestView(manifest: ImportedManifest): ImportedManifestView {
  const { id, originalId, digest, state, version, report, importedAt } = manifest;
  return {
    id,
    original_id: originalId,
    digest,
    state,
    version: version ?? null,
    report,
    imported_at: importedAt.toISOString(),
  };
}

function detailOf({ state, refusal, registered, report }: ImportResult): string {
  switch (state) {
    case 'refused':
      return refusal?.message ?? 'refused';
    case 'not_runnable':
      return `imported, not runnable: ${report.errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`;
    case 'needs_approval':
      return `imported; confirm the hosts that it may reach, for example ${report.proposed_domains.join(', ')}, before it can be approved`;
    case 'stored':
      return registered?.isNew === false
        ? 'was imported before'
        : 'imported; its version waits for approval like any other';
  }
}
