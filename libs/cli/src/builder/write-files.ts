import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';
import { textAt, type Answer } from '../platform/answer.ts';

/** Writes what was made; files of other content stay unless they are to be written over. */
export function writeFiles(folder: string, files: readonly Answer[], force: boolean): string[] {
  const wanted = files.map((file) => ({
    path: safe(textAt(file, 'path')),
    content: textAt(file, 'content'),
  }));
  const other = wanted.filter(({ path, content }) => {
    const target = join(folder, path);
    return existsSync(target) && readFileSync(target, 'utf8') !== content;
  });
  if (other.length > 0 && !force)
    throw new CliError(
      'build.exists',
      exitCodes.exists,
      `${folder} has ${other.map(({ path }) => path).join(', ')} with other content; name another folder with --out, or write over them with --force`,
    );
  for (const { path, content } of wanted) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return wanted.map(({ path }) => path);
}

/** Whoever answers, nothing is written outside of the folder. */
function safe(path: string): string {
  const isInside = path.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/u.test(part));
  if (isInside) return path;
  throw new CliError(
    'build.path',
    exitCodes.fault,
    `the platform named the file ${JSON.stringify(path)}, which is no path within a folder`,
  );
}
