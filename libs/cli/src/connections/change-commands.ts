import { Option, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { answersAt, textAt, type Answer } from '../platform/answer.ts';
import { requireDone, taskLine, waitForTask } from '../tasks/wait-for-task.ts';
import { oneLine } from '../terminal/table.ts';
import { connectionArgument, findConnection, findKeptConnection } from './find-connection.ts';
import { readConfig, type ConfigSource } from './read-config.ts';
import { isWorking, stateLine } from './state-line.ts';

interface ConfigureOptions extends ConfigSource {
  readonly name?: string;
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly policy?: string;
}

interface DeleteOptions {
  readonly data?: 'keep' | 'erase';
  readonly yes?: boolean;
  readonly wait: boolean;
}

export const changeCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('configure')
    .summary('change the config, name or schedule of a connection')
    .description(
      'The config is replaced as a whole: what is kept of it is never shown. It comes as it does for connect, and never as an argument.',
    )
    .argument(...connectionArgument)
    .option('--config <file>', 'JSON with the config; - is standard input')
    .option('--env <field=VARIABLE...>', 'take a field of the config from an environment variable')
    .option('--name <name>', 'what people read')
    .option('--schedule <cron>', 'another schedule; "" is the plugin’s')
    .option('--time-zone <zone>', 'IANA zone of the schedule')
    .option('--policy <JSON>', 'schedule_policy, as runs.md has it; null is the plugin’s')
    .action((connection: string | undefined, options: ConfigureOptions, command) =>
      configure(begin(command), connection, options),
    );
  for (const [name, summary] of [
    ['pause', 'sync a connection no more until it is resumed'],
    ['resume', 'sync a connection again'],
  ] as const)
    program
      .command(name)
      .summary(summary)
      .argument(...connectionArgument)
      .action(async (named: string | undefined, _options, command) => {
        const { api, terminal, folder } = begin(command);
        const { id } = await findConnection(api, folder, named);
        const connection = await api.post(`/connections/${String(id)}/${name}`);
        terminal.result(connection, () => stateText(connection));
      });
  deletion(program, begin);
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError('--policy wants JSON, for example {"overlap":"queue"}');
  }
}

function deletion(program: Command, begin: (command: Command) => Invocation): void {
  program
    .command('delete')
    .summary('delete a connection, with what it brought or without')
    .argument('<connection>', 'its id or name')
    .addOption(
      new Option('--data <what>', 'what becomes of what it brought').choices(['keep', 'erase']),
    )
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait until it is done')
    .action((connection: string, options: DeleteOptions, command) =>
      remove(begin(command), connection, options),
    );
}

async function configure(
  invocation: Invocation,
  named: string | undefined,
  { name, schedule, timeZone, policy, config, env }: ConfigureOptions,
) {
  const hasConfig = config !== undefined || env !== undefined;
  const changes = {
    ...(hasConfig
      ? {
          config: await readConfig({ config, env }, invocation.env, () =>
            invocation.terminal.input(),
          ),
        }
      : {}),
    ...(name === undefined ? {} : { name }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
    ...(policy === undefined ? {} : { schedule_policy: jsonOf(policy) }),
  };
  if (Object.keys(changes).length === 0)
    throw usageError(
      'nothing to change: give --config, --env, --name, --schedule, --time-zone or --policy',
    );
  await change(invocation, named, changes);
}

async function change(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  changes: object,
) {
  const { id, state } = await findConnection(api, folder, named);
  const connection = await api.patch(`/connections/${String(id)}`, changes);
  const isTriedAgain =
    state === 'failed' && connection['state'] !== 'failed' && isWorking(connection);
  if (isTriedAgain)
    terminal.note(
      `its newest sync failed, so it syncs again now: made-open runs ${String(id)} shows it`,
    );
  terminal.result(connection, () => stateText(connection));
}

function stateText(connection: Answer): string {
  return [
    stateLine(connection),
    ...answersAt(connection, 'reasons').map(
      (each) => `  ${oneLine(`${textAt(each, 'code')}: ${textAt(each, 'message')}`)}`,
    ),
  ].join('\n');
}

const keptText = (id: string): string =>
  [
    `connection ${id} is deleted; what it brought is kept`,
    `made-open export ${id} writes it, made-open delete ${id} --data erase erases it, made-open connections --deleted lists it`,
  ].join('\n');

async function remove(invocation: Invocation, named: string, { data, yes, wait }: DeleteOptions) {
  if (data === undefined)
    throw usageError('say what becomes of what it brought: --data keep or --data erase');
  const { api, terminal, folder } = invocation;
  const find = data === 'erase' ? findKeptConnection : findConnection;
  const connection = await find(api, folder, named);
  const id = textAt(connection, 'id');
  const what = data === 'erase' ? 'and erase all that it brought' : 'and keep what it brought';
  const question = `Delete the connection ${id} (${oneLine(textAt(connection, 'name'))}) ${what}?`;
  if (yes !== true && !(await terminal.confirm(question)))
    throw new CliError('connection.not_deleted', exitCodes.failed, 'nothing was deleted');
  const begun = await api.delete(`/connections/${id}?data=${data}`);
  const task = begun && wait ? await waitForTask(api, terminal, textAt(begun, 'id')) : begun;
  if (task === undefined || isKept(data, task)) {
    terminal.result({ id, deleted: true }, () => keptText(id));
    return;
  }
  terminal.result(task, () => taskLine(task));
  requireDone(task);
}

/** Its source was told, which went before. */
const isKept = (data: DeleteOptions['data'], task: Answer): boolean =>
  data === 'keep' && textAt(task, 'state') === 'done';
