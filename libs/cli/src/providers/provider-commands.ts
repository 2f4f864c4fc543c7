import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { readConfig, type ConfigSource } from '../connections/read-config.ts';
import { answersAt, textAt } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';

const pathOf = (id: string, what: string): string => `/plugins/${encodeURIComponent(id)}/${what}`;

export const providerCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const provider = program.command('provider').summary('choose providers, and configure them');
  provider
    .command('list')
    .summary('show which provider has which slot')
    .action(async (_options, command) => {
      const { api, terminal } = begin(command);
      const slots = answersAt(await api.get('/slots'), 'data');
      const names = ['slot', 'plugin_id', 'connection_id'];
      terminal.result(slots, () =>
        table(
          ['slot', 'plugin', 'connection'],
          slots.map((slot) => names.map((name) => textAt(slot, name))),
        ),
      );
    });
  provider
    .command('use')
    .summary('enable a provider and give it a slot')
    .argument('<plugin>', 'its id')
    .option('--slot <slot>', 'outbound, inbound, storage or auth', 'outbound')
    .action(async (id: string, { slot }: { slot: string }, command) => {
      const { api, terminal } = begin(command);
      const stored = await api.put(pathOf(id, 'config'), { enabled: true, slot });
      terminal.result(stored, () => `${id} has the slot ${slot}`);
    });
  configCommand(provider, begin);
  credentialsCommand(provider, begin);
};

function configCommand(provider: Command, begin: (command: Command) => Invocation): void {
  provider
    .command('config')
    .summary('show its settings, or change those that a JSON file holds')
    .argument('<plugin>', 'its id')
    .option('--config <file>', 'a file of mode 0600 with a JSON object; - is standard input')
    .action(async (id: string, options: ConfigSource, command) => {
      const invocation = begin(command);
      const { api, terminal, env } = invocation;
      const shown =
        options.config === undefined
          ? await api.get(pathOf(id, 'config'))
          : await api.put(pathOf(id, 'config'), {
              settings: await readConfig(options, env, () => terminal.input()),
            });
      terminal.result(shown, () => JSON.stringify(shown['settings'], undefined, 2));
    });
}

function credentialsCommand(provider: Command, begin: (command: Command) => Invocation): void {
  provider
    .command('credentials')
    .summary('give its credentials to the wallet; they are never arguments')
    .argument('<plugin>', 'its id')
    .option('--config <file>', 'a file of mode 0600 with a JSON object; - is standard input')
    .option('--env <field=VARIABLE...>', 'the value of an environment variable')
    .action(async (id: string, options: ConfigSource, command) => {
      const { api, terminal, env } = begin(command);
      const credentials = await readConfig(options, env, () => terminal.input());
      const stored = await api.put(pathOf(id, 'credentials'), { credentials });
      terminal.result(stored, () => `the wallet has ${Object.keys(credentials).join(', ')}`);
    });
}
