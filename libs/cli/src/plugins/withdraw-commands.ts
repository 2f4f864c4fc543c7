import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes } from '../errors.ts';
import { textAt, textsAt } from '../platform/answer.ts';
import { pluginIdOf } from './plugin-commands.ts';

const argument = ['[plugin]', 'its id; that of this folder unless given'] as const;
const pathOf = (id: string): string => `/plugins/${encodeURIComponent(id)}`;

export const withdrawCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('disable')
    .summary('take a plugin out of use: its connections become inactive')
    .argument(...argument)
    .action(async (named: string | undefined, _options, command) => {
      const { api, terminal, folder } = begin(command);
      const plugin = await api.post(`${pathOf(pluginIdOf(folder, named))}/disable`);
      terminal.result(plugin, () => `${textAt(plugin, 'id')} is ${textAt(plugin, 'state')}`);
    });
  program
    .command('revoke')
    .summary('take approved permissions back; the runner is replaced by one without them')
    .argument(...argument)
    .requiredOption('--permission <permission...>', 'as the manifest names it')
    .action(async (named: string | undefined, options: { permission: string[] }, command) => {
      const { api, terminal, folder } = begin(command);
      const path = `${pathOf(pluginIdOf(folder, named))}/revoke`;
      const plugin = await api.post(path, { permissions: options.permission });
      terminal.result(plugin, () =>
        [`${textAt(plugin, 'id')} may still:`, ...textsAt(plugin, 'approved_permissions')].join(
          '\n  ',
        ),
      );
    });
  program
    .command('remove')
    .summary('remove a plugin with all its versions, or one version')
    .argument('<plugin>', 'its id')
    .option('--version-only <version>', 'this version alone')
    .option('--yes', 'do not ask')
    .action((id: string, options: RemoveOptions, command) => remove(begin(command), id, options));
};

interface RemoveOptions {
  readonly versionOnly?: string;
  readonly yes?: boolean;
}

async function remove(
  { api, terminal }: Invocation,
  id: string,
  { versionOnly: version, yes }: RemoveOptions,
) {
  const what = version === undefined ? `${id} with all its versions` : `${id} ${version}`;
  if (yes !== true && !(await terminal.confirm(`Remove ${what}?`)))
    throw new CliError('plugin.not_removed', exitCodes.failed, 'nothing was removed');
  const rest = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`;
  await api.delete(`${pathOf(id)}${rest}`);
  terminal.result({ id, ...(version === undefined ? {} : { version }), removed: true }, () =>
    [what, 'is removed'].join(' '),
  );
}
