import { readHttpManifest } from '@made-open/http-manifest';
import { notFound } from '../errors.ts';
import type { RegistryEntry } from './entry.ts';

export interface CatalogQuery {
  readonly search: string;
  readonly category: string;
}

/** The curated registry: what comes with the platform, and what the operator adds; of the same id the operator's counts. */
export class Catalog {
  readonly #entries: readonly RegistryEntry[];
  readonly #presets: Readonly<Record<string, string>>;

  constructor(presets: Readonly<Record<string, string>>, own: readonly RegistryEntry[] = []) {
    this.#presets = presets;
    const ownIds = new Set(own.map(({ id }) => id));
    const shipped = Object.entries(presets).map(entryOf);
    this.#entries = [...own, ...shipped.filter(({ id }) => !ownIds.has(id))].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    );
  }

  find(id: string): RegistryEntry {
    const found = this.#entries.find((entry) => entry.id === id);
    if (found === undefined) throw notFound('registry_entry', id);
    return found;
  }

  /** Every word of the search is in the id, the name, the description or the capabilities. */
  search({ search, category }: CatalogQuery): readonly RegistryEntry[] {
    const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
    return this.#entries.filter((entry) => {
      const text = [entry.id, entry.name, entry.description, ...entry.capabilities]
        .join(' ')
        .toLowerCase();
      return (
        (category === '' || entry.categories.includes(category)) &&
        words.every((word) => text.includes(word))
      );
    });
  }

  /** The text of a manifest that comes with the platform. */
  preset(name: string): string {
    const text = Object.hasOwn(this.#presets, name) ? this.#presets[name] : undefined;
    if (text === undefined) throw notFound('preset', name);
    return text;
  }
}

function entryOf([preset, text]: readonly [string, string]): RegistryEntry {
  const manifest = readHttpManifest(text);
  const { id, name, version, categories, capabilities } = manifest;
  return {
    id,
    name,
    version,
    categories,
    capabilities,
    description: manifest.description ?? name,
    learn_more: manifest.learn_more,
    source: { preset },
  };
}
