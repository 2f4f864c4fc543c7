import { checkHttpManifest, HttpManifestError, type HttpManifest } from '@made-open/http-manifest';
import { sha256, uploadDigest } from '../bundles/digest.ts';
import { RequestError } from '../errors.ts';
import { CodePlanError } from './code/plan-error.ts';
import { readInput } from './input/check-input.ts';
import type { BuilderInput, Fault } from './input/builder-input.ts';
import { inputPointer } from './input/input-pointer.ts';
import { manifestOf, manifestText } from './input/manifest-of.ts';
import { warningsOf } from './input/warnings.ts';
import { httpFiles } from './targets/http-files.ts';
import { nodeFiles } from './targets/node/node-files.ts';
import { withFixtures } from './targets/with-fixtures.ts';
import { pythonFiles } from './targets/python/python-files.ts';

/** One file of what is built. */
export interface BuiltFile {
  /** Relative, with `/` between. */
  readonly path: string;
  readonly content: string;
}

/** What a target makes of an input. */
export interface BuiltTarget {
  /** Where it belongs in a workspace. */
  readonly directory: string;
  readonly files: readonly BuiltFile[];
  /** What a push of it has. */
  readonly upload: {
    readonly manifestText: string;
    readonly files: ReadonlyMap<string, string>;
  };
}

/** Files of a plugin, sorted by path, and what they are known by. */
export interface Built extends BuiltTarget {
  /** What was typed, as the document of the API. */
  readonly manifest: HttpManifest;
  readonly id: string;
  readonly version: string;
  readonly target: BuilderInput['target'];
  /** As of a version that is pushed. */
  readonly digest: string;
  /** The entry of a registry of files: id to path and digest. */
  readonly registration: Readonly<Record<string, { path: string; sha256: string }>>;
  readonly warnings: readonly Fault[];
}

/** Makes the files of a plugin; the same input gives the same bytes. Throws what is wrong with it. */
export function build(value: unknown): Built {
  const read = readInput(value);
  if (read.input === undefined) throw invalidInput(read.faults);
  return withPlaces(() => buildOf(read.input));
}

/** All faults of an input; none where it can be built. */
export function faultsOf(value: unknown): readonly Fault[] {
  const read = readInput(value);
  if (read.input === undefined) return read.faults;
  try {
    buildOf(read.input);
    return [];
  } catch (error) {
    return placesOf(error);
  }
}

function buildOf(input: BuilderInput): Built {
  const { id, version } = input.basics;
  const described = manifestOf(input);
  checkHttpManifest(structuredClone(described));
  const manifest = withFixtures(described);
  const made = targetOf(input, manifest);
  const { upload, directory } = made;
  const digest =
    input.target === 'http'
      ? sha256(upload.manifestText)
      : uploadDigest(upload.manifestText, upload.files);
  return {
    id,
    version,
    target: input.target,
    manifest,
    ...made,
    files: made.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    digest,
    registration: { [id]: { path: directory, sha256: digest } },
    warnings: warningsOf(manifest),
  };
}

function targetOf({ target, language }: BuilderInput, manifest: HttpManifest): BuiltTarget {
  switch (target) {
    case 'http':
      return httpFiles(manifest, manifestText(manifest));
    case 'node':
      return nodeFiles(manifest, language ?? 'typescript');
    case 'python':
      return pythonFiles(manifest);
  }
}

function withPlaces<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw invalidInput(placesOf(error));
  }
}

function placesOf(error: unknown): readonly Fault[] {
  if (error instanceof CodePlanError)
    return [{ pointer: inputPointer(error.pointer), message: error.message }];
  if (error instanceof HttpManifestError)
    return error.errors.map(({ pointer, message }) => ({
      pointer: inputPointer(pointer),
      message,
    }));
  throw error;
}

/** Every fault, with the place of each. */
export function invalidInput(faults: readonly Fault[]): RequestError {
  const said = faults.map(({ pointer, message }) => `${pointer || '/'} ${message}`);
  return new RequestError(
    'builder.invalid',
    422,
    `the input of the builder is not valid: ${said[0] ?? ''}`,
    { errors: said, faults },
  );
}

/** Of one file. */
export function fileDigest({ content }: BuiltFile): string {
  return sha256(content);
}
