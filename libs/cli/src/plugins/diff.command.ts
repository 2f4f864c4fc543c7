import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answerAt, answersAt, numberAt, textAt, textsAt, type Answer } from '../platform/answer.ts';
import { oneLine } from '../terminal/table.ts';
import { pluginIdOf } from './plugin-commands.ts';

interface DiffOptions {
  readonly from?: string;
  readonly to?: string;
}

export const diffCommand: CommandGroup = (program, surroundings) => {
  program
    .command('diff')
    .summary('show what changes when one version takes the place of another')
    .argument('[plugin]', 'its id; that of this folder unless given')
    .option('--from <version>', 'the active one unless given')
    .option('--to <version>', 'the newest unless given')
    .action(async (named: string | undefined, options: DiffOptions, command) => {
      const { api, terminal, folder } = new Invocation(surroundings, command);
      const path = `/plugins/${encodeURIComponent(pluginIdOf(folder, named))}`;
      const from = encodeURIComponent(options.from ?? (await activeOf(api, path)));
      const query = new URLSearchParams({ to: options.to ?? (await newestOf(api, path)) });
      const found = await api.get(`${path}/versions/${from}/differences?${query.toString()}`);
      terminal.result(found, () => differences(found));
    });
};

async function activeOf(api: Api, path: string): Promise<string> {
  const version = textAt(await api.get(path), 'active_version');
  if (version !== '') return version;
  throw new CliError(
    'plugin.no_version',
    exitCodes.notFound,
    'no version is active: name the one to compare with --from',
  );
}

async function newestOf(api: Api, path: string): Promise<string> {
  const [newest] = await api.list(`${path}/versions`, 1);
  return textAt(newest ?? {}, 'version');
}

function differences(found: Answer): string {
  const [permissions, config, bundle] = ['permissions', 'config', 'bundle'].map(
    (name) => answerAt(found, name) ?? {},
  );
  const bytes = ['from_bytes', 'to_bytes'].map((name) => numberAt(bundle ?? {}, name));
  return [
    `${textAt(found, 'id')} ${textAt(found, 'from')} to ${textAt(found, 'to')}`,
    ...list('may besides:', textsAt(permissions ?? {}, 'added')),
    ...list('may no more:', textsAt(permissions ?? {}, 'removed')),
    ...['added', 'removed', 'changed', 'newly_required', 'not_required'].flatMap((name) =>
      list(`config, ${name.replaceAll('_', ' ')}:`, textsAt(config ?? {}, name)),
    ),
    ...list(
      'plugin.json says otherwise:',
      answersAt(found, 'manifest').map(
        (each) =>
          `${textAt(each, 'field')}: ${JSON.stringify(each['from'])} to ${JSON.stringify(each['to'])}`,
      ),
    ),
    bundle?.['is_same'] === true ? 'the code is the same' : `code: ${bytes.join(' to ')} bytes`,
  ].join('\n');
}

function list(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [title, ...names.map((name) => `  ${oneLine(name)}`)];
}
