import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { textAt } from '../platform/answer.ts';
import { requireDone, taskLine, waitForTask } from '../tasks/wait-for-task.ts';
import { table } from '../terminal/table.ts';
import { connectionArgument, findConnection } from './find-connection.ts';

interface ChosenOptions {
  readonly id?: string[];
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

export const quarantineCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const quarantine = program
    .command('quarantine')
    .summary('list, replay or drop items that did not fit the model');
  quarantine
    .command('list')
    .summary('list items that did not fit, and why')
    .argument(...connectionArgument)
    .action((connection: string | undefined, _options, command) =>
      list(begin(command), connection),
    );
  quarantine
    .command('replay')
    .summary('try items again, after the plugin was mended')
    .argument(...connectionArgument)
    .option('--id <id...>', 'these, as list shows them')
    .option('--all', 'all of them')
    .option('--no-wait', 'do not follow the task')
    .action((connection: string | undefined, options: ChosenOptions, command) =>
      replay(begin(command), connection, options),
    );
  quarantine
    .command('drop')
    .summary('drop items for good')
    .argument(...connectionArgument)
    .option('--id <id...>', 'these, as list shows them')
    .option('--all', 'all of them')
    .option('--yes', 'do not ask')
    .action((connection: string | undefined, options: ChosenOptions, command) =>
      drop(begin(command), connection, options),
    );
};

async function list({ api, terminal, folder }: Invocation, named: string | undefined) {
  const { id } = await findConnection(api, folder, named);
  const items = await api.list(`/connections/${String(id)}/quarantine`);
  terminal.result(items, () =>
    table(
      ['id', 'type', 'external id', 'since', 'why'],
      items.map((item) =>
        ['id', 'type', 'external_id', 'created_at', 'reason'].map((name) => textAt(item, name)),
      ),
    ),
  );
}

async function replay(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  options: ChosenOptions,
) {
  const wanted = selectionOf(options);
  const { id } = await findConnection(api, folder, named);
  const begun = await api.post(`/connections/${String(id)}/quarantine/replay`, wanted);
  const task =
    options.wait === false ? begun : await waitForTask(api, terminal, textAt(begun, 'id'));
  terminal.result(task, () => taskLine(task));
  requireDone(task);
}

async function drop(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  options: ChosenOptions,
) {
  const wanted = selectionOf(options);
  const { id } = await findConnection(api, folder, named);
  const what = options.all === true ? 'all items' : `${String(options.id?.length ?? 0)} items`;
  if (options.yes !== true && !(await terminal.confirm(`Drop ${what} for good?`)))
    throw new CliError('quarantine.not_dropped', exitCodes.failed, 'nothing was dropped');
  const dropped = await api.post(`/connections/${String(id)}/quarantine/drop`, wanted);
  terminal.result(dropped, () => `${textAt(dropped, 'dropped')} dropped`);
}

/** All only when somebody said so. */
function selectionOf({ id: ids, all = false }: ChosenOptions): object {
  if (all === (ids !== undefined)) throw usageError('say which: --id with ids, or --all');
  return ids === undefined ? {} : { ids };
}
