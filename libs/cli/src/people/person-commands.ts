import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes } from '../errors.ts';
import { answersAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import { progressBar } from '../terminal/progress-bar.ts';

interface SpaceOptions {
  readonly space: string;
}

interface EraseOptions extends SpaceOptions {
  readonly withMentions?: boolean;
  readonly yes?: boolean;
}

const space = ['--space <space>', 'the space that it is of', 'default'] as const;
const person = ['<person>', 'id of the person, or of one of its records'] as const;

export const personCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const persons = program
    .command('person')
    .summary('show, link, unlink or erase people across sources');
  persons
    .command('show')
    .summary('show which records are of one person, and why')
    .argument(...person)
    .option(...space)
    .action(async (id: string, options: SpaceOptions, command) => {
      const { api, terminal } = begin(command);
      const query = new URLSearchParams({ space_id: options.space });
      const found = await api.get(`/persons/${encodeURIComponent(id)}?${query.toString()}`);
      terminal.result(found, () => personText(found));
    });
  for (const [name, summary, argument] of [
    ['link', 'say that records are of one person', 'ids of two records or more'],
    ['unlink', 'say that records are not of the person they were linked with', 'ids of records'],
  ] as const)
    persons
      .command(name)
      .summary(summary)
      .argument('<record...>', argument)
      .option(...space)
      .action((records: string[], options: SpaceOptions, command) =>
        decide(begin(command), name, { space_id: options.space, records }),
      );
  persons
    .command('erase')
    .summary('erase a person from all sources')
    .argument(...person)
    .option(...space)
    .option('--with-mentions', 'also messages, events and documents that name an address')
    .option('--yes', 'do not ask')
    .action((id: string, options: EraseOptions, command) => erase(begin(command), id, options));
};

async function decide({ api, terminal }: Invocation, how: string, wanted: object) {
  const touched = answersAt(await api.post(`/persons/${how}`, wanted), 'data');
  terminal.result(touched, () => touched.map(personText).join('\n'));
}

function personText(found: Answer): string {
  return [
    `person ${textAt(found, 'person_id')}`,
    ...answersAt(found, 'records').map((record) => {
      const rule = textAt(record, 'rule');
      return `  record ${textAt(record, 'entity_id')}${rule === '' ? '' : `, linked by ${rule}`}`;
    }),
  ].join('\n');
}

async function erase(
  { api, terminal }: Invocation,
  id: string,
  { space: spaceId, withMentions = false, yes }: EraseOptions,
) {
  const what = withMentions ? ' and everything that names an address of it' : '';
  if (yes !== true && !(await terminal.confirm(`Erase the person ${id} from all sources${what}?`)))
    throw new CliError('person.not_erased', exitCodes.failed, 'nothing was erased');
  const wanted = { space_id: spaceId, with_mentions: withMentions };
  let erased = 0;
  for (;;) {
    const step = await api.post(`/persons/${encodeURIComponent(id)}/erase`, wanted);
    erased += numberAt(step, 'erased');
    if (step['done'] === true) break;
    terminal.progress(progressBar('erased', erased));
  }
  terminal.result({ person_id: id, erased }, () =>
    erased === 1 ? '1 entity is erased' : `${String(erased)} entities are erased`,
  );
}
