import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Dependencies {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Folders of these packages and of all that they need, among `needed`. A workspace of ours is taken as it was built, alone. */
export function keptPackages(
  installed: string,
  names: readonly string[],
  needed: readonly string[],
): string[] {
  const found = new Set<string>();
  const take = (name: string, from: string): void => {
    const path = nearest(name, from, needed);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    if (name.startsWith('@made-open/')) return;
    for (const inner of dependenciesOf(join(installed, path))) take(inner, path);
  };
  for (const name of names) take(name, '');
  return [...found].toSorted();
}

/** As Node looks for a package: in the folder that asks first, then further and further out. */
function nearest(name: string, from: string, needed: readonly string[]): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (needed.includes(path)) return path;
    if (folder === '' || folder === '.') return undefined;
  }
}

function dependenciesOf(folder: string): string[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  const { dependencies, optionalDependencies }: Dependencies = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return Object.keys({ ...dependencies, ...optionalDependencies });
}
