import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { readAccount } from '../platform/account-file.ts';
import { answersAt, textAt, textsAt } from '../platform/answer.ts';
import { Api } from '../platform/api.ts';
import { table } from '../terminal/table.ts';

/** The registry lies beside `/admin/v1`. */
function registryOf({ env, url }: Invocation): Api {
  return new Api(readAccount(env, url), { root: '' });
}

export const registryCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const registry = program.command('registry').summary('find providers, and install them');
  registry
    .command('search')
    .summary('list entries with all of these words')
    .argument('[words...]', 'fax, send_message, …')
    .action(async (words: string[], _options, command) => {
      const invocation = begin(command);
      const query = new URLSearchParams({ search: words.join(' '), limit: '200' }).toString();
      const found = answersAt(
        await registryOf(invocation).get(`/plugin-registry?${query}`),
        'items',
      );
      invocation.terminal.result(found, () =>
        table(
          ['id', 'version', 'description'],
          found.map((entry) => ['id', 'version', 'description'].map((name) => textAt(entry, name))),
        ),
      );
    });
  registry
    .command('show')
    .summary('show what an entry would ask for')
    .argument('<id>', 'as search shows it')
    .action(async (id: string, _options, command) => {
      const invocation = begin(command);
      const path = `/plugin-registry/${encodeURIComponent(id)}`;
      const entry = await registryOf(invocation).get(path);
      invocation.terminal.result(entry, () =>
        [
          `${textAt(entry, 'name')} ${textAt(entry, 'version')}: ${textAt(entry, 'description')}`,
          `permissions: ${textsAt(entry, 'permissions').join(' ')}`,
          `credentials: ${textsAt(entry, 'credentials').join(' ')}`,
          `sha256: ${textAt(entry, 'sha256')}`,
        ].join('\n'),
      );
    });
  installCommand(registry, begin);
};

function installCommand(registry: Command, begin: (command: Command) => Invocation): void {
  registry
    .command('install')
    .summary('store an entry as a version, for approval')
    .argument('<id>', 'as search shows it')
    .action(async (id: string, _options, command) => {
      const { api, terminal } = begin(command);
      const path = `/plugin-registry/${encodeURIComponent(id)}/install`;
      const stored = await api.post(path);
      terminal.result(
        stored,
        () => `${id} ${textAt(stored, 'version')} is ${textAt(stored, 'state')}`,
      );
    });
}
