import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/iu;

/** The licences of all packages that are part of an image, which a script made of them does not hold. */
export function licencesOf(installed: string, packages: readonly string[]): string {
  return packages.flatMap((path) => licenceOf(join(installed, path))).join('\n');
}

function licenceOf(folder: string): string[] {
  const texts = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const { name, version, license }: { name: string; version: string; license?: unknown } =
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (name.startsWith('@made-open/')) return [];
  const kind = typeof license === 'string' ? license : 'see below';
  return [[`== ${name} ${version} (${kind})`, ...texts, ''].join('\n')];
}
