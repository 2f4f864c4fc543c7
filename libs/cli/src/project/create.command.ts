import { Option } from 'commander';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, reasonOf, usageError } from '../errors.ts';
import { pythonFiles } from '../python/python-files.ts';
import { packageJson, projectFiles, type NewProject } from './project-files.ts';

interface CreateOptions {
  readonly name?: string;
  readonly type: NewProject['type'];
  readonly author?: string;
  readonly runtime: NewProject['runtime'];
}

export const createCommand: CommandGroup = (program, surroundings) => {
  program
    .command('create')
    .summary('write the files of a new plugin')
    .description(
      'Writes plugin.json, code that works against the sample source, a test, and what it takes to check and run them.',
    )
    .argument('<id>', 'reverse-DNS name, com.example.my-connector')
    .argument('[folder]', 'where to; existing files are never written over', '.')
    .option('--name <name>', 'what people read; made from the id unless given')
    .addOption(
      new Option('--type <type>', 'what it is')
        .choices(['connector', 'channel', 'operator', 'fax'])
        .default('connector'),
    )
    .addOption(
      new Option('--runtime <language>', 'what it is written in')
        .choices(['javascript', 'python'])
        .default('javascript'),
    )
    .option('--author <author>', 'who wrote it')
    .action((id: string, folder: string, options: CreateOptions, command) => {
      const { terminal, folder: here } = new Invocation(surroundings, command);
      const target = resolve(here, folder);
      const { name = nameOf(id), type, author, runtime } = options;
      const written = writeProject(target, { id, name, type, author, runtime });
      terminal.result({ id, folder: target, files: written }, () =>
        [
          `${name} (${id}): wrote ${written.join(', ')}`,
          `next: ${target === here ? '' : `cd ${relative(here, target)}; `}npm install; npx --no-install made-open validate`,
        ].join('\n'),
      );
    });
};

function writeProject(target: string, project: NewProject): string[] {
  const files = filesOf(project);
  const present = Object.keys(files).filter((path) => existsSync(join(target, path)));
  const taken = present.filter((path) => path !== '.gitignore');
  if (taken.length > 0)
    throw new CliError(
      'project.exists',
      exitCodes.exists,
      `${target} has ${taken.join(', ')} already; name another folder, or remove them`,
    );
  const own = packageOf(target);
  const wanted = { ...files, 'package.json': packageJson(own, project) };
  const paths = Object.entries(wanted).filter(([path]) => !present.includes(path));
  for (const [path, content] of paths) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), content);
  }
  return paths.map(([path]) => path);
}

function filesOf(project: NewProject): Record<string, string> {
  try {
    return project.runtime === 'python' ? pythonFiles(project) : projectFiles(project);
  } catch (error) {
    throw usageError(reasonOf(error));
  }
}

function packageOf(target: string): Readonly<Record<string, unknown>> {
  const path = join(target, 'package.json');
  if (!existsSync(path)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below, like any other text that is no object.
  }
  throw new CliError('project.package', exitCodes.data, `${path} is not a JSON object`);
}

/** `com.example.my-connector` is called "My Connector". */
function nameOf(id: string): string {
  return (id.split('.').at(-1) ?? id)
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}
