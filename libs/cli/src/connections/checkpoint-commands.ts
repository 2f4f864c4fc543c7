import { InvalidArgumentError, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { usageError } from '../errors.ts';
import { answerAt, answersAt, textAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';
import { connectionArgument, findConnection } from './find-connection.ts';

interface RewindOptions {
  readonly to?: number;
  readonly start?: boolean;
}

export const checkpointCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const checkpoints = program
    .command('checkpoints')
    .summary('show where the runs of a connection stood, or go back to one');
  checkpoints
    .command('list')
    .summary('list those that are remembered, newest first')
    .argument(...connectionArgument)
    .action(async (named: string | undefined, _options, command) => {
      const { api, terminal, folder } = begin(command);
      const { id } = await findConnection(api, folder, named);
      show(terminal, await api.get(`/connections/${String(id)}/checkpoints`));
    });
  checkpoints
    .command('rewind')
    .summary('let the next run go on from an earlier one')
    .argument(...connectionArgument)
    .option('--to <epoch>', 'from the checkpoint of this epoch, as list shows it', epoch)
    .option('--start', 'from the start: the next run is a full pass')
    .action(async (named: string | undefined, options: RewindOptions, command) => {
      const { api, terminal, folder } = begin(command);
      const target = targetOf(options);
      const { id } = await findConnection(api, folder, named);
      const path = `/connections/${String(id)}/checkpoints/rewind`;
      const page = await api.post(path, { epoch: target });
      terminal.result(answersAt(page, 'data'), () => nextRunText(String(id), target));
    });
};

function epoch(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a number above 0 is wanted; --start is the start');
}

function targetOf({ to, start = false }: RewindOptions): number {
  if (start === (to !== undefined))
    throw usageError('say where to: --to with an epoch, or --start');
  return to ?? 0;
}

const nextRunText = (id: string, target: number): string =>
  [
    target === 0
      ? 'the next run begins at the start and is a full pass: what it does not find any more is deleted'
      : `the next run goes on from the checkpoint of epoch ${String(target)}`,
    `made-open sync ${id} begins it now`,
  ].join('\n');

/** What the plugin saved; the platform keeps more beside it. */
function savedOf(checkpoint: Answer): string {
  const saved = JSON.stringify(answerAt(checkpoint, 'state')?.['state'] ?? null);
  return saved.length > 60 ? `${saved.slice(0, 59)}…` : saved;
}

function show(terminal: Invocation['terminal'], page: Answer): void {
  const found = answersAt(page, 'data');
  terminal.result(found, () =>
    table(
      ['epoch', 'saved', 'bytes', 'run', 'next run', 'state'],
      found.map((each) => [
        ...['epoch', 'saved_at', 'size_bytes', 'run_id'].map((name) => textAt(each, name)),
        each['is_current'] === true ? 'from here' : '',
        savedOf(each),
      ]),
    ),
  );
}
