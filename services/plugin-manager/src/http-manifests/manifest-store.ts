import type { LegacyReport } from '@made-open/http-manifest';
import type { Page, PageRequest } from '../page.ts';

/** How an imported manifest stands: it became a version, its hosts are to be confirmed, or it does not run. */
export const importStates = ['stored', 'needs_approval', 'not_runnable'] as const;
export type ImportState = (typeof importStates)[number];

/** A manifest of Faxbot as it was given, beside what was made of it. */
export interface ImportedManifest {
  /** As it is here. */
  readonly id: string;
  /** As the manifest has it. */
  readonly originalId: string;
  /** SHA-256 of the original. */
  readonly digest: string;
  /** Byte for byte. */
  readonly original: string;
  readonly state: ImportState;
  /** The version that was made of it. */
  readonly version: string | undefined;
  readonly report: LegacyReport;
  readonly importedAt: Date;
}

/** Keeps the originals of manifests that were imported. */
export abstract class ManifestStore {
  /** One with the same id and digest takes the place of the one before. */
  abstract save(manifest: ImportedManifest): Promise<void>;
  /** The one that was imported last under this id. */
  abstract find(id: string): Promise<ImportedManifest | undefined>;
  /** The last of each id, by id. */
  abstract list(page: PageRequest): Promise<Page<ImportedManifest>>;
}
