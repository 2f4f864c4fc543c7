import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import { findFiles } from './bundle-python-project.ts';
import { runPython } from './run-python.ts';

/** Compiles and runs nothing. */
const checker = `
import json, sys
faults = []
for path, source in json.load(sys.stdin).items():
    try:
        compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        faults.append(f"{path}:{getattr(error, 'lineno', None) or 1}: {getattr(error, 'msg', error)}")
json.dump(faults, sys.stdout)
`;

/** Has the author's own Python read the sources; false when there is none. */
export async function checkSyntax(folder: string): Promise<boolean> {
  const paths = findFiles(folder).filter((path) => path.endsWith('.py'));
  const sources = Object.fromEntries(
    paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  const faults = await faultsOf(sources);
  if (faults === undefined) return false;
  if (faults.length === 0) return true;
  throw new CliError('project.syntax', exitCodes.data, 'Python cannot read the code', {
    details: faults,
  });
}

async function faultsOf(sources: Record<string, string>): Promise<string[] | undefined> {
  try {
    const { code, output } = await runPython(['-I', '-c', checker], JSON.stringify(sources));
    const faults: unknown = code === 0 ? JSON.parse(output) : undefined;
    return Array.isArray(faults) ? faults.map(String) : undefined;
  } catch (error) {
    if (error instanceof CliError && error.code === 'python.not_found') return undefined;
    throw new CliError('project.syntax', exitCodes.fault, reasonOf(error), { cause: error });
  }
}
