import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';
import { runPython } from './run-python.ts';

/** Of the sandbox; wheels of pure Python for it, and for nothing else. */
const target =
  '--only-binary=:all: --platform any --implementation py --abi none --python-version 3.14'.split(
    ' ',
  );
/** The platform gives the SDK itself. */
const sdk = /^madeopen[-_.]plugin\b/iu;

/**
 * Wheels of requirements.txt, fetched once by the author's own pip, which checks hashes where the file has them; kept in
 * `.made-open` for as long as the file stays the same.
 */
export async function fetchWheels(folder: string): Promise<string[]> {
  const wanted = requirementsOf(folder);
  if (wanted === '') return [];
  const place = join(folder, '.made-open');
  const kept = join(place, `wheels-${digest(wanted)}`);
  if (!existsSync(kept)) await download(wanted, place, kept);
  return readdirSync(kept)
    .filter((name) => name.endsWith('.whl'))
    .toSorted()
    .map((name) => join(kept, name));
}

/** What requirements.txt asks for, without the SDK; empty when that is nothing. */
export function requirementsOf(folder: string): string {
  const path = join(folder, 'requirements.txt');
  if (!existsSync(path)) return '';
  // A requirement goes on behind a backslash, with its hashes.
  const entries = readFileSync(path, 'utf8').split(/(?<!\\)\r?\n/u);
  const wanted = entries.filter((entry) => {
    const text = entry.trim();
    return text !== '' && !text.startsWith('#') && !sdk.test(text);
  });
  return wanted.length === 0 ? '' : `${wanted.join('\n')}\n`;
}

async function download(wanted: string, place: string, kept: string): Promise<void> {
  mkdirSync(place, { recursive: true });
  const folder = mkdtempSync(join(place, 'download-'));
  try {
    const file = join(folder, 'requirements.txt');
    writeFileSync(file, wanted);
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check'];
    const { code, output } = await runPython([...pip, ...target, '--dest', folder, '-r', file]);
    if (code !== 0) throw failed(output);
    renameSync(folder, kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failed(output: string): CliError {
  return new CliError(
    'project.wheels',
    exitCodes.data,
    'pip cannot fetch what requirements.txt names; the sandbox takes packages of pure Python only (py3-none-any), and their dependencies',
    { details: output.trim().split('\n').slice(-10) },
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
