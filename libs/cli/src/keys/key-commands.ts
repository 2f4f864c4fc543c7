import { InvalidArgumentError, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { usageError } from '../errors.ts';
import { platformUrl, saveAccount } from '../platform/account-file.ts';
import { Api } from '../platform/api.ts';
import { textAt, textsAt } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';

interface KeyOptions {
  readonly name: string;
  readonly scope: string[];
  readonly days: number;
  readonly space?: string;
}

const dayMs = 86_400_000;
const longestDays = 730;

export const keyCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const keys = program.command('admin-key').summary('make, list, revoke and keep API keys');
  keys
    .command('save')
    .summary('keep a key for this platform in a file of your own')
    .description(
      'Reads the key from standard input, tries it, and keeps it in a file that only you can read. Without it, commands take MADE_OPEN_KEY or MADE_OPEN_KEY_FILE.',
    )
    .action((_options, command) => save(begin(command)));
  keys
    .command('create')
    .summary('make a key; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope...>', 'admin:plugins:read, data:read, search:read, …')
    .option('--days <days>', 'how long it holds', days, 90)
    .option('--space <space>', 'the space that it reads')
    .action((options: KeyOptions, command) => create(begin(command), options));
  keys
    .command('list')
    .summary('list keys, without the keys themselves')
    .action(async (_options, command) => {
      const { api, terminal } = begin(command);
      const found = await api.list('/keys');
      terminal.result(found, () =>
        table(
          ['id', 'name', 'expires', 'last used', 'scopes'],
          found.map((key) => [
            ...['id', 'name', 'expires_at', 'last_used_at'].map((name) => textAt(key, name)),
            textsAt(key, 'scopes').join(' '),
          ]),
        ),
      );
    });
  keys
    .command('revoke')
    .summary('end a key at once')
    .argument('<id>', 'the key’s id, as list shows it')
    .action(async (id: string, _options, command) => {
      const { api, terminal } = begin(command);
      if (id.startsWith('mop_'))
        throw usageError('name the id that list shows, not the key itself');
      await api.delete(`/keys/${encodeURIComponent(id)}`);
      terminal.result({ id, revoked: true }, () => `${id} is revoked`);
    });
};

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= longestDays) return value;
  throw new InvalidArgumentError(`1 to ${String(longestDays)} days`);
}

async function save({ terminal, env, url = env['MADE_OPEN_URL'] }: Invocation) {
  const account = {
    url: platformUrl(url ?? 'http://127.0.0.1:4100'),
    key: (await terminal.input()).trim(),
  };
  if (account.key === '')
    throw usageError('nothing was on standard input: made-open admin-key save < file-with-the-key');
  await new Api(account).list('/plugins', 1);
  const file = saveAccount(env, account);
  terminal.result({ url: account.url, file }, () => `the key for ${account.url} is in ${file}`);
}

async function create(
  { api, terminal }: Invocation,
  { name, scope, days: held, space }: KeyOptions,
) {
  const made = await api.post('/keys', {
    name,
    scopes: scope,
    expires_at: new Date(Date.now() + held * dayMs).toISOString(),
    ...(space === undefined ? {} : { space_id: space }),
  });
  terminal.note(
    `key ${textAt(made, 'id')}; it is shown this once, and ends ${textAt(made, 'expires_at')}`,
  );
  terminal.result(made, () => textAt(made, 'key'));
}
