import { pageOf, type Page, type PageRequest } from '../page.ts';
import { ManifestStore, type ImportedManifest } from './manifest-store.ts';

/** The double of tests. */
export class MemoryManifestStore extends ManifestStore {
  #manifests: ImportedManifest[] = [];

  override save(manifest: ImportedManifest): Promise<void> {
    const { id, digest } = manifest;
    this.#manifests = [
      ...this.#manifests.filter((other) => other.id !== id || other.digest !== digest),
      manifest,
    ];
    return Promise.resolve();
  }

  override find(id: string): Promise<ImportedManifest | undefined> {
    return Promise.resolve(this.#manifests.findLast((manifest) => manifest.id === id));
  }

  override list({ limit, after = '' }: PageRequest): Promise<Page<ImportedManifest>> {
    const last = new Map(this.#manifests.map((manifest) => [manifest.id, manifest]));
    const rows = [...last.values()]
      .filter(({ id }) => id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit + 1);
    return Promise.resolve(pageOf(rows, limit, ({ id }) => id));
  }
}
