import { InvalidArgumentError, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { answerAt, answersAt, textAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';

export const operationCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('runners')
    .summary('list runners as they are now, or start one again that crashed too often')
    .option('--reset <plugin>', 'let the runner of this plugin start again')
    .action((options: { reset?: string }, command) => runners(begin(command), options.reset));
  program
    .command('audit')
    .summary('show who did what, newest first')
    .option('--limit <count>', 'how many', count, 50)
    .action(async (options: { limit: number }, command) => {
      const { api, terminal } = begin(command);
      const entries = await api.list('/audit', options.limit);
      showTable(terminal, entries, ['at', 'who', 'action', 'target', 'outcome']);
    });
  program
    .command('egress-overrides')
    .summary('list hosts that the platform leads elsewhere')
    .action(async (_options, command) => {
      const { api, terminal } = begin(command);
      const answer = await api.get('/egress-overrides');
      const found = answersAt(answer, 'data');
      terminal.result(answer, () =>
        table(
          ['host', 'address', 'port', 'authority'],
          found.map((each) => [
            ...['host', 'address', 'port'].map((name) => textAt(each, name)),
            textAt(answerAt(each, 'authority') ?? {}, 'subject'),
          ]),
        ),
      );
    });
};

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a number above 0 is wanted');
}

async function runners({ api, terminal }: Invocation, reset: string | undefined) {
  const page =
    reset === undefined
      ? await api.get('/runners')
      : await api.post(`/runners/${encodeURIComponent(reset)}/reset`);
  const names = ['plugin_id', 'version', 'lane', 'state', 'ready', 'wanted', 'started_at'];
  showTable(terminal, answersAt(page, 'data'), [...names, 'crashes', 'last_fault']);
}

function showTable(
  terminal: Invocation['terminal'],
  found: readonly Answer[],
  names: readonly string[],
): void {
  terminal.result(found, () =>
    table(
      names.map((name) => name.replaceAll('_', ' ')),
      found.map((each) => names.map((name) => textAt(each, name))),
    ),
  );
}
