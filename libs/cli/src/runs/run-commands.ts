import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { findConnection } from '../connections/find-connection.ts';
import { usageError } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answerAt, textAt, type Answer } from '../platform/answer.ts';
import { oneLine, table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { actionOf, countsOf, heldOf, isEnded, runLine, stateOf } from './wait-for-run.ts';

interface RunsOptions {
  readonly run?: string;
  readonly cancel?: boolean;
  readonly limit: number;
}

interface LogOptions {
  readonly run?: string;
  readonly all?: boolean;
  readonly follow?: boolean;
}

export const runCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('runs')
    .summary('list the runs of a connection, or show one')
    .argument('[connection]', 'its id or name; the only one of this folder’s plugin unless given')
    .option('--run <id>', 'show this run whole')
    .option('--cancel', 'with --run: end it; what it has brought stays')
    .option('--limit <count>', 'how many', count, 20)
    .action((connection: string | undefined, options: RunsOptions, command) =>
      runs(begin(command), connection, options),
    );
  program
    .command('logs')
    .summary('show what the plugin logged in its newest run, or lately')
    .argument('[connection]', 'its id or name; the only one of this folder’s plugin unless given')
    .option('--run <id>', 'of this run or short call')
    .option(
      '--all',
      'lately, in runs and short calls (webhooks, sends, conditions); so it is for a connection without runs',
    )
    .option('--follow', 'go on until the run has ended')
    .action((connection: string | undefined, options: LogOptions, command) =>
      logs(begin(command), connection, options),
    );
};

const linesLately = 200;

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a number above 0 is wanted');
}

async function runs(
  invocation: Invocation,
  named: string | undefined,
  { run: id, cancel = false, limit }: RunsOptions,
) {
  if (cancel && id === undefined) throw usageError('name the run with --run');
  const { api, terminal, folder } = invocation;
  if (id !== undefined && cancel) {
    const run = await api.post(`/runs/${encodeURIComponent(id)}/cancel`);
    terminal.result(run, () => runLine(run));
    return;
  }
  if (id !== undefined) {
    const run = await api.get(`/runs/${encodeURIComponent(id)}`);
    terminal.result(run, () => describe(run));
    return;
  }
  const connection = await findConnection(api, folder, named);
  const found = await api.list(`/connections/${textAt(connection, 'id')}/runs`, limit);
  terminal.result(found, () =>
    table(
      ['run', 'kind', 'state', 'trigger', 'queued', 'counts', 'error'],
      found.map((run) => [
        textAt(run, 'id'),
        textAt(run, 'kind'),
        stateOf(run),
        ...['trigger', 'queued_at'].map((name) => textAt(run, name)),
        countsOf(run),
        textAt(answerAt(run, 'error') ?? {}, 'code'),
      ]),
    ),
  );
}

function describe(run: Answer): string {
  const error = answerAt(run, 'error');
  const usage = Object.entries(answerAt(run, 'usage') ?? {});
  return [
    `run ${textAt(run, 'id')} of ${textAt(run, 'plugin_id')}: ${stateOf(run)}`,
    ...heldOf(run),
    ...['trigger', 'queued_at', 'started_at', 'finished_at', 'resumes_at']
      .filter((name) => textAt(run, name) !== '')
      .map((name) => `${name}: ${textAt(run, name)}`),
    `counts: ${countsOf(run)}`,
    `used: ${usage.map(([name, value]) => `${name} ${String(value)}`).join(', ')}`,
    ...(error === undefined
      ? []
      : [
          `${textAt(error, 'code')}: ${textAt(error, 'message')}`,
          textAt(error, 'stack'),
          ...actionOf(run),
        ].filter((line) => line !== '')),
  ].join('\n');
}

async function logs(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  { run: id, all = false, follow }: LogOptions,
) {
  const run = id ?? (await newestRun(api, folder, named));
  if (all || run === undefined)
    return lately(api, terminal, await findConnection(api, folder, named));
  let seen = 0;
  for (;;) {
    // Asked before the lines: what is written until then is in them. Short calls are no runs, and have ended.
    const shown = follow === true ? await api.get(`/runs/${encodeURIComponent(run)}`) : undefined;
    const lines = await api.list(`/runs/${encodeURIComponent(run)}/logs`);
    for (const line of lines.slice(seen)) show(terminal, line);
    seen = lines.length;
    if (shown === undefined || isEnded(shown)) return;
    await delay(1000);
  }
}

/** The newest lines, in the order in which they came. */
async function lately(api: Api, terminal: Terminal, connection: Answer): Promise<void> {
  const lines = await api.list(`/connections/${textAt(connection, 'id')}/logs`, linesLately);
  for (const line of lines.toReversed()) show(terminal, line);
  if (lines.length === 0) terminal.note('the plugin has logged nothing of this connection yet');
}

async function newestRun(
  api: Api,
  folder: string,
  named: string | undefined,
): Promise<string | undefined> {
  const connection = await findConnection(api, folder, named);
  const [run] = await api.list(`/connections/${textAt(connection, 'id')}/runs`, 1);
  return run === undefined ? undefined : textAt(run, 'id');
}

function show(terminal: Terminal, line: Answer): void {
  terminal.line(line, () => {
    const fields = JSON.stringify(line['fields'] ?? {});
    return [
      textAt(line, 'at'),
      textAt(line, 'level').padEnd(5),
      oneLine(textAt(line, 'message')),
      ...(fields === '{}' ? [] : [oneLine(fields)]),
    ].join(' ');
  });
}
