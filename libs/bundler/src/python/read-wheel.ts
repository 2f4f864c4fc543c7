import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { BundleError } from '../errors.ts';

/** Python files of a wheel by their path within it, and how much was unpacked. */
export interface WheelFiles {
  readonly sources: ReadonlyMap<string, string>;
  /** Of all files of the wheel, unpacked. */
  readonly size: number;
}

/** Of a bundle, and of all that its wheels hold. */
export const maxBundleBytes = 5 * 1024 * 1024;

const maxEntries = 2048;
const maxPathLength = 200;
const maxLevels = 16;
const fileName =
  /^[A-Za-z0-9._]+-[A-Za-z0-9._!+]+(?:-\d[A-Za-z0-9_.]*)?-(?<python>[a-z0-9_.]+)-(?<abi>[a-z0-9_.]+)-(?<platform>[a-z0-9_.]+)\.whl$/u;
/** Of Python 3 in general, or of a version up to the one that the sandbox has. */
const pythonTag = /^py3(?:\d|1[0-4])?$/u;
const compiled = /\.(?:so|pyd|dylib|dll)$/u;
const signature = /\.dist-info\/RECORD(?:\.jws|\.p7s)?$/u;
/** Where wheels put what does not lie beside their modules. */
const misplaced = /^[^/]+\.data\/(?:purelib|platlib)\//u;

/** Reads a wheel (PyPA binary distribution format): what it holds must be pure Python, and what its RECORD says. */
export async function readWheel(
  name: string,
  bytes: Uint8Array,
  bytesLeft: number,
): Promise<WheelFiles> {
  checkTags(name);
  const contents = await unpack(name, bytes, bytesLeft);
  checkRecord(name, contents);
  const sources = new Map(
    [...contents]
      .filter(([path]) => path.endsWith('.py') && !path.split('/')[0]?.includes('.d'))
      .map(([path, content]) => [path, textOf(name, path, content)]),
  );
  return { sources, size: [...contents.values()].reduce((sum, { length }) => sum + length, 0) };
}

function checkTags(name: string): void {
  const { python = '', abi = '', platform = '' } = fileName.exec(name)?.groups ?? {};
  if (python === '')
    throw refused(
      name,
      'it has no name of a wheel; take it as pip downloads it: name-1.0-py3-none-any.whl',
    );
  const isPure = abi === 'none' && platform === 'any';
  if (!isPure || !python.split('.').some((tag) => pythonTag.test(tag)))
    throw refused(
      name,
      `it is made for ${python}-${abi}-${platform}; the sandbox takes pure Python only, wheels that end in py3-none-any`,
    );
}

async function unpack(
  name: string,
  bytes: Uint8Array,
  bytesLeft: number,
): Promise<Map<string, Buffer>> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes), {
      lazyEntries: true,
      strictFileNames: true,
    });
    if (zip.entryCount > maxEntries)
      throw refused(name, `it holds more than ${String(maxEntries)} files`);
    return await filesOf(name, zip, bytesLeft);
  } catch (error) {
    if (error instanceof BundleError) throw error;
    // The words of the library: "invalid relative path", "invalid comment length", …
    throw refused(
      name,
      `it cannot be unpacked: ${error instanceof Error ? error.message : 'unknown fault'}`,
    );
  }
}

async function filesOf(
  name: string,
  zip: ZipFile,
  bytesLeft: number,
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let left = bytesLeft;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    checkEntry(name, entry, contents);
    left -= entry.uncompressedSize;
    if (left < 0) throw tooLarge(name);
    // yauzl ends a stream that gives more than the entry says.
    contents.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return contents;
}

function checkEntry(
  name: string,
  { fileName: path }: Entry,
  seen: ReadonlyMap<string, unknown>,
): void {
  if (path.length > maxPathLength || path.split('/').length > maxLevels)
    throw refused(
      name,
      `it holds ${shown(path)}, whose path has more than ${String(maxPathLength)} characters or ${String(maxLevels)} levels`,
    );
  if (seen.has(path)) throw refused(name, `it holds ${shown(path)} twice`);
  if (compiled.test(path))
    throw refused(
      name,
      `it holds compiled code, ${shown(path)}; the sandbox takes pure Python only`,
    );
  if (misplaced.test(path))
    throw refused(
      name,
      `it keeps modules in ${shown(path)}; only wheels whose modules lie at the top are taken`,
    );
}

/** Every file must be there with the hash that the wheel's own list gives (PEP 376, PEP 427). */
function checkRecord(name: string, contents: ReadonlyMap<string, Buffer>): void {
  const records = [...contents.keys()].filter((path) => /^[^/]+\.dist-info\/RECORD$/u.test(path));
  const [record] = records;
  if (record === undefined || records.length > 1)
    throw refused(name, 'it must have one .dist-info/RECORD');
  const hashes = readRecord(contents.get(record)?.toString('utf8') ?? '');
  for (const [path, content] of contents) {
    if (signature.test(path)) continue;
    if (hashes.get(path) !== hashOf(content))
      throw refused(name, `${shown(path)} is not what its RECORD says; download it again`);
  }
}

function readRecord(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/u).filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      // Only a path with a comma is quoted.
      const [, quoted, bare, hash] = /^(?:"((?:[^"]|"")*)"|([^,]*)),([^,]*),/u.exec(line) ?? [];
      return [quoted?.replaceAll('""', '"') ?? bare ?? '', hash ?? ''];
    }),
  );
}

function hashOf(content: Uint8Array): string {
  return `sha256=${createHash('sha256').update(content).digest('base64url')}`;
}

function textOf(name: string, path: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw refused(name, `${shown(path)} is not UTF-8`);
  }
}

const shown = (path: string): string => JSON.stringify(path.slice(0, 120));

function refused(name: string, reason: string): BundleError {
  const message = `the wheel ${shown(name)} cannot be taken: ${reason}`;
  return new BundleError('bundle.wheel', message, [message]);
}

function tooLarge(name: string): BundleError {
  return new BundleError(
    'bundle.too_large',
    `the wheels of the plugin have more than ${String(maxBundleBytes)} bytes when ${shown(name)} is unpacked; leave out what it does not need`,
  );
}
