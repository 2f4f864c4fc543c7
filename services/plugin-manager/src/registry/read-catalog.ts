import { readFileSync } from 'node:fs';
import { RegistryFileError } from '../errors.ts';
import { Catalog } from './catalog.ts';
import { readRegistryFile } from './entry.ts';
import { presetTexts } from '../presets/preset-texts.ts';

/** The catalogue with the operator's own file, when there is one; throws when that cannot be used. */
export function readCatalog(path: string | undefined): Catalog {
  if (path === undefined) return new Catalog(presetTexts);
  try {
    return new Catalog(presetTexts, readRegistryFile(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new RegistryFileError(path, error);
  }
}
