import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { answersAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';
import { waitForIndex } from './wait-for-index.ts';

export const searchIndexCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const index = program.command('search-index').summary('see to what answers searches');
  index
    .command('list')
    .summary('list the index that answers, one that is filled, and those about to be removed')
    .action((_options, command) => list(begin(command)));
  index
    .command('fill')
    .summary('fill a new index from the entities; it takes over when it is complete')
    .description(
      'Searches are answered by the index before while the new one is filled, and changes go to both. Goes on with one that is filled already.',
    )
    .option('--no-wait', 'do not follow it')
    .action((options: { wait: boolean }, command) => fill(begin(command), options.wait));
  index
    .command('cancel')
    .summary('give up the index that is filled; the one that answers stays')
    .action((_options, command) => cancel(begin(command)));
};

async function list({ api, terminal }: Invocation): Promise<void> {
  showAll(terminal, answersAt(await api.get('/search-indexes'), 'data'));
}

async function fill({ api, terminal }: Invocation, isFollowed: boolean): Promise<void> {
  const begun = await api.post('/search-indexes');
  const shown = isFollowed
    ? await waitForIndex(api, terminal, numberAt(begun, 'generation'))
    : begun;
  terminal.result(shown, () => indexLine(shown));
}

async function cancel({ api, terminal }: Invocation): Promise<void> {
  showAll(terminal, answersAt(await api.post('/search-indexes/cancel'), 'data'));
}

function showAll(terminal: Invocation['terminal'], found: readonly Answer[]): void {
  const names = ['generation', 'engine', 'state', 'entities_read', 'started_at', 'fault'];
  terminal.result(found, () =>
    table(
      names.map((name) => name.replaceAll('_', ' ')),
      found.map((each) => names.map((name) => textAt(each, name))),
    ),
  );
}

function indexLine(index: Answer): string {
  const read = numberAt(index, 'entities_read').toLocaleString('en');
  return `search index ${textAt(index, 'generation')} (${textAt(index, 'engine')}) is ${textAt(index, 'state')}: ${read} entities read`;
}
