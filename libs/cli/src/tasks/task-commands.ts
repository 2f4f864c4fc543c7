import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import {
  connectionArgument,
  findConnection,
  findKeptConnection,
} from '../connections/find-connection.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { answerAt, textAt, type Answer } from '../platform/answer.ts';
import { oneLine, table } from '../terminal/table.ts';
import { requireDone, taskLine, waitForTask } from './wait-for-task.ts';

export const taskCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('tasks')
    .summary('list what goes on and went on for a connection, or see to one')
    .argument(...connectionArgument)
    .option('--task <id>', 'show this one, also of a connection that is gone')
    .option('--wait', 'with --task: until it has ended')
    .option('--retry', 'with --task: do once more what failed')
    .option('--cancel', 'with --task: end what goes on')
    .action((connection: string | undefined, options: TaskOptions, command) =>
      tasks(begin(command), connection, options),
    );
  program
    .command('sweep')
    .summary('decide on what a full pass did not find any more')
    .description(
      'A full pass that would delete more than half of what a connection brought waits for a decision; runs shows the run with sweep_held.',
    )
    .argument(...connectionArgument)
    .option('--carry-out', 'delete it')
    .option('--keep', 'keep it')
    .option('--run <id>', 'the run that was looked at; nothing happens when that of another waits')
    .option('--yes', 'with --carry-out: do not ask')
    .option('--no-wait', 'do not follow the task')
    .action((connection: string | undefined, options: SweepOptions, command) =>
      sweep(begin(command), connection, options),
    );
};

interface TaskOptions {
  readonly task?: string;
  readonly wait?: boolean;
  readonly retry?: boolean;
  readonly cancel?: boolean;
}

interface SweepOptions {
  readonly carryOut?: boolean;
  readonly keep?: boolean;
  readonly run?: string;
  readonly yes?: boolean;
  readonly wait: boolean;
}

function tasks(
  invocation: Invocation,
  named: string | undefined,
  { task: id, wait = false, retry = false, cancel = false }: TaskOptions,
): Promise<void> {
  if (id === undefined && [wait, retry, cancel].includes(true))
    throw usageError('name the task with --task');
  if (retry && cancel) throw usageError('give one of --retry and --cancel');
  if (id === undefined) return list(invocation, named);
  return cancel ? end(invocation, id) : see(invocation, id, { wait, retry });
}

async function end({ api, terminal }: Invocation, id: string): Promise<void> {
  const task = await api.post(`/tasks/${encodeURIComponent(id)}/cancel`);
  terminal.result(task, () => taskLine(task));
}

async function see(
  { api, terminal }: Invocation,
  id: string,
  { wait, retry }: { wait: boolean; retry: boolean },
): Promise<void> {
  const path = `/tasks/${encodeURIComponent(id)}`;
  const shown = retry ? await api.post(`${path}/retry`) : await api.get(path);
  const task = wait ? await waitForTask(api, terminal, textAt(shown, 'id')) : shown;
  terminal.result(task, () => [taskLine(task), ...errorOf(task)].join('\n'));
  requireDone(task);
}

async function list({ api, terminal, folder }: Invocation, named: string | undefined) {
  const connection = await findKeptConnection(api, folder, named);
  const found = await api.list(`/connections/${textAt(connection, 'id')}/tasks`, 50);
  terminal.result(found, () =>
    table(
      ['task', 'kind', 'state', 'changed', 'refused', 'since', 'error'],
      found.map((task) => [
        ...['id', 'kind', 'state', 'affected', 'refused', 'created_at'].map((name) =>
          textAt(task, name),
        ),
        textAt(answerAt(task, 'error') ?? {}, 'code'),
      ]),
    ),
  );
}

function errorOf(task: Answer): string[] {
  const error = answerAt(task, 'error');
  return error === undefined
    ? []
    : [oneLine(`${textAt(error, 'code')}: ${textAt(error, 'message')}`)];
}

async function sweep(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  { carryOut = false, keep = false, run, yes, wait }: SweepOptions,
) {
  if (carryOut === keep) throw usageError('say what to do: --carry-out or --keep');
  const connection = await findConnection(api, folder, named);
  const which = oneLine(`${textAt(connection, 'id')} (${textAt(connection, 'name')})`);
  const question = `Delete all that the full pass of the connection ${which} did not find?`;
  if (carryOut && yes !== true && !(await terminal.confirm(question)))
    throw new CliError('connection.not_swept', exitCodes.failed, 'nothing was deleted');
  const path = `/connections/${textAt(connection, 'id')}/sweep`;
  const asked = await api.post(path, { carry_out: carryOut, run_id: run });
  const task = wait ? await waitForTask(api, terminal, textAt(asked, 'id')) : asked;
  terminal.result(task, () => taskLine(task));
  requireDone(task);
}
