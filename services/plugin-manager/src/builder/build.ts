import { sha256, uploadDigest } from '../bundles/digest.ts';
import { RequestError } from '../errors.ts';
import { readInput } from './input/check-input.ts';
import type { BuilderInput, Fault, Warning } from './input/builder-input.ts';
import { manifestOf, manifestText } from './input/manifest-of.ts';
import { warningsOf } from './input/warnings.ts';
import { httpFiles } from './targets/http-files.ts';

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
  readonly id: string;
  readonly version: string;
  readonly target: BuilderInput['target'];
  /** As of a version that is pushed. */
  readonly digest: string;
  /** The entry of a registry of files: id to path and digest. */
  readonly registration: Readonly<Record<string, { path: string; sha256: string }>>;
  readonly warnings: readonly Warning[];
}

/** Makes the files of a plugin; the same input gives the same bytes. Throws what is wrong with it. */
export function build(value: unknown): Built {
  const read = readInput(value);
  if (read.input === undefined) throw invalidInput(read.faults);
  const { input } = read;
  const { id, version } = input.basics;
  const made = targetOf(input);
  const { upload, directory } = made;
  const digest = uploadDigest(upload.manifestText, upload.files);
  return {
    id,
    version,
    target: input.target,
    ...made,
    files: made.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    digest,
    registration: { [id]: { path: directory, sha256: digest } },
    warnings: warningsOf(input),
  };
}

function targetOf(input: BuilderInput): BuiltTarget {
  const manifest = manifestOf(input);
  return httpFiles(manifest, manifestText(manifest));
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
