import { Option, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { usageError } from '../errors.ts';

import { textAt, textsAt, type Answer } from '../platform/answer.ts';
import { readSecret } from '../terminal/read-secret.ts';
import { pluginIdOf } from './plugin-commands.ts';

interface ClientOptions {
  readonly clientId: string;
  readonly secretFile?: string;
  readonly secretEnv?: string;
  readonly public?: boolean;
  readonly flow?: string;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly scope?: string[];
  readonly tokenProperty?: string;
  readonly authentication?: string;
}

const plugin = ['[plugin]', 'its id; that of this folder unless given'] as const;

export const oauthClientCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const client = program
    .command('oauth-client')
    .summary('set, show or delete what was registered at the source for sign-ins');
  setCommand(client, begin);
  client
    .command('show')
    .summary('show it, without its secret')
    .argument(...plugin)
    .action(async (named: string | undefined, _options, command) => {
      const { api, terminal, folder } = begin(command);
      const found = await api.get(pathOf(folder, named));
      terminal.result(found, () => clientText(found));
    });
  client
    .command('delete')
    .summary('forget it: connections go by their config again')
    .argument(...plugin)
    .action(async (named: string | undefined, _options, command) => {
      const { api, terminal, folder } = begin(command);
      const id = pluginIdOf(folder, named);
      await api.delete(pathOf(folder, named));
      terminal.result({ plugin_id: id, deleted: true }, () => `${id} has no OAuth client any more`);
    });
};

function setCommand(client: Command, begin: (command: Command) => Invocation): void {
  client
    .command('set')
    .summary('set it; what is left out is that of before, or the manifest’s')
    .argument(...plugin)
    .requiredOption('--client-id <id>', 'as the source gave it')
    .option('--secret-file <file>', 'a file of mode 0600 with the secret; - is standard input')
    .option('--secret-env <VARIABLE>', 'the environment variable with the secret')
    .option('--public', 'it has no secret')
    .addOption(
      new Option('--flow <flow>', 'how tokens come').choices([
        'authorization_code',
        'client_credentials',
      ]),
    )
    .option('--authorization-url <url>', 'where people sign in')
    .option('--token-url <url>', 'where tokens come from')
    .option('--scope <scope...>', 'what to ask for')
    .option('--token-property <field>', 'field of the config that becomes the access token')
    .addOption(
      new Option('--authentication <how>', 'how the secret is sent').choices(['basic', 'post']),
    )
    .action((named: string | undefined, options: ClientOptions, command) =>
      set(begin(command), named, options),
    );
}

async function set(invocation: Invocation, named: string | undefined, options: ClientOptions) {
  const { api, terminal, folder } = invocation;
  const secret = await secretOf(invocation, options);
  const wanted = {
    client_id: options.clientId,
    client_secret: secret,
    flow: options.flow,
    authorization_url: options.authorizationUrl,
    token_url: options.tokenUrl,
    scopes: options.scope,
    token_property: options.tokenProperty,
    client_authentication: options.authentication,
  };
  const stored = await api.put(pathOf(folder, named), wanted);
  terminal.result(stored, () => clientText(stored));
}

/** Undefined: the one of before stays; null: a public client. */
async function secretOf(
  invocation: Invocation,
  { public: isPublic, ...options }: ClientOptions,
): Promise<string | null | undefined> {
  if (isPublic !== true) return readSecret(invocation, options);
  if (options.secretFile !== undefined || options.secretEnv !== undefined)
    throw usageError('give one of --secret-file, --secret-env and --public');
  return null;
}

const pathOf = (folder: string, named: string | undefined): string =>
  `/plugins/${encodeURIComponent(pluginIdOf(folder, named))}/oauth-client`;

function clientText(client: Answer): string {
  const names = ['flow', 'authorization_url', 'token_url', 'token_property'];
  return [
    `client ${textAt(client, 'client_id')} of ${textAt(client, 'plugin_id')}, ${client['has_secret'] === true ? `with a secret, sent by ${textAt(client, 'client_authentication')}` : 'public'}`,
    ...names
      .filter((name) => textAt(client, name) !== '')
      .map((name) => `${name}: ${textAt(client, name)}`),
    `scopes: ${textsAt(client, 'scopes').join(' ')}`,
  ].join('\n');
}
