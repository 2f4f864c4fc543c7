import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answerAt, answersAt, textAt, type Answer } from '../platform/answer.ts';
import { pluginIdOf } from '../plugins/plugin-commands.ts';
import { requireSuccess, runLine, waitForRun } from '../runs/wait-for-run.ts';
import { table } from '../terminal/table.ts';
import { findConnection } from './find-connection.ts';
import { isWorking, stateLine } from './state-line.ts';
import { readConfig } from './read-config.ts';

interface ConnectOptions {
  readonly name?: string;
  readonly config?: string;
  readonly env?: string[];
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly space?: string;
  readonly wait: boolean;
}

export const connectionCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('connect')
    .summary('connect an account, and follow its first sync')
    .description(
      'Makes a connection. Its config comes from a file of mode 0600, from standard input or from environment variables: an argument could be read by everybody on this machine.',
    )
    .argument('[plugin]', 'its id; that of this folder unless given')
    .option('--name <name>', 'what people read; the plugin’s id unless given')
    .option('--config <file>', 'JSON with the config; - is standard input')
    .option('--env <field=VARIABLE...>', 'take a field of the config from an environment variable')
    .option('--schedule <cron>', 'another schedule than the plugin’s')
    .option('--time-zone <zone>', 'IANA zone of the schedule')
    .option('--space <space>', 'the space it belongs to')
    .option('--no-wait', 'do not follow the first sync')
    .action((plugin: string | undefined, options: ConnectOptions, command) =>
      connect(begin(command), plugin, options),
    );
  program
    .command('connections')
    .summary('list connections')
    .argument('[plugin]', 'only those of this plugin')
    .option('--deleted', 'those that are gone while what they brought was kept')
    .action(async (plugin: string | undefined, { deleted }: { deleted?: boolean }, command) => {
      const { api, terminal } = begin(command);
      if (deleted === true) return listDeleted(begin(command), plugin);
      const filter = plugin === undefined ? '' : `?plugin_id=${encodeURIComponent(plugin)}`;
      const connections = await api.list(`/connections${filter}`);
      terminal.result(connections, () => connectionTable(connections));
    });
  program
    .command('sync')
    .summary('sync a connection now, and follow the run')
    .argument('[connection]', 'its id or name; the only one of this folder’s plugin unless given')
    .option('--no-wait', 'do not follow the run')
    .action((connection: string | undefined, options: { wait: boolean }, command) =>
      sync(begin(command), connection, options.wait),
    );
};

async function connect(
  { api, terminal, env, folder }: Invocation,
  plugin: string | undefined,
  { name, schedule, timeZone, space, wait, ...source }: ConnectOptions,
) {
  const id = pluginIdOf(folder, plugin);
  const config = await readConfig(source, env, () => terminal.input());
  const connection = await api.post('/connections', {
    plugin_id: id,
    name: name ?? id,
    config,
    ...(schedule === undefined ? {} : { schedule }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
    ...(space === undefined ? {} : { space_id: space }),
  });
  terminal.note(stateLine(connection));
  if (!isWorking(connection)) throw notActive(connection);
  const run = wait ? await firstRun(api, terminal, textAt(connection, 'id')) : undefined;
  terminal.result(run === undefined ? connection : { ...connection, run }, () =>
    run === undefined ? textAt(connection, 'id') : runLine(run),
  );
  if (run !== undefined) requireSuccess(run);
}

function notActive(connection: Answer): CliError {
  return new CliError(
    'connection.inactive',
    exitCodes.failed,
    `the connection ${textAt(connection, 'id')} was made, but it is not active yet`,
    { details: reasonsOf(connection) },
  );
}

/** A channel has none; a connector's comes by itself. */
async function firstRun(api: Api, terminal: Invocation['terminal'], connection: string) {
  const plugin = await api.get(`/connections/${connection}`);
  const { type } = await api.get(`/plugins/${encodeURIComponent(textAt(plugin, 'plugin_id'))}`);
  if (type !== 'connector') return undefined;
  for (;;) {
    const [run] = await api.list(`/connections/${connection}/runs`, 1);
    if (run !== undefined) return waitForRun(api, terminal, textAt(run, 'id'));
    terminal.progress('waiting for the first run');
    await delay(200);
  }
}

async function sync(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  wait: boolean,
) {
  const connection = await findConnection(api, folder, named);
  const asked = await api.post(`/connections/${textAt(connection, 'id')}/sync`);
  const begun = answerAt(asked, 'run') ?? {};
  if (asked['already_running'] === true) terminal.note('it was under way already');
  const run = wait ? await waitForRun(api, terminal, textAt(begun, 'id')) : begun;
  terminal.result(run, () => runLine(run));
  if (wait) requireSuccess(run);
}

const reasonsOf = (connection: Answer): string[] =>
  answersAt(connection, 'reasons').map(
    (each) => `${textAt(each, 'code')}: ${textAt(each, 'message')}`,
  );

async function listDeleted({ api, terminal }: Invocation, plugin: string | undefined) {
  const all = await api.list('/deleted-connections');
  const found = all.filter((each) => [undefined, textAt(each, 'plugin_id')].includes(plugin));
  terminal.result(found, () =>
    table(
      ['id', 'plugin', 'name', 'deleted'],
      found.map((each) =>
        ['id', 'plugin_id', 'name', 'deleted_at'].map((name) => textAt(each, name)),
      ),
    ),
  );
}

function connectionTable(connections: readonly Answer[]): string {
  return table(
    ['id', 'plugin', 'version', 'state', 'name', 'why'],
    connections.map((each) => [
      ...['id', 'plugin_id', 'plugin_version', 'state', 'name'].map((name) => textAt(each, name)),
      reasonsOf(each).join('; '),
    ]),
  );
}
