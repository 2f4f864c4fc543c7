import { InvalidArgumentError, Option } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { answerAt, answersAt, textAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';

interface ScaleOptions {
  readonly replicas?: number;
  readonly auto?: true;
  readonly min?: number;
  readonly max?: number;
}

const bounds = ['min', 'max', 'concurrency', 'target_wait_seconds', 'idle_seconds'];
const decisionFields = ['at', 'from', 'to', 'reason', 'message'];

export const scaleCommand: CommandGroup = (program, surroundings) => {
  program
    .command('scale <plugin>')
    .summary('show how many runners a plugin has and why, or say how many')
    .addOption(
      new Option('--replicas <count>', 'as many, whatever the work')
        .argParser(runners)
        .conflicts('auto'),
    )
    .option('--auto', 'let the work decide again, within what the manifest says')
    .option('--min <count>', 'at least so many, in place of what the manifest says', runners)
    .option('--max <count>', 'at most so many, in place of what the manifest says', runners)
    .action((plugin: string, options: ScaleOptions, command) =>
      scale(new Invocation(surroundings, command), plugin, options),
    );
};

/** What is not named stays as it was said before; `--auto` takes all of it back first. */
async function scale(
  { api, terminal }: Invocation,
  plugin: string,
  { auto, ...wanted }: ScaleOptions,
): Promise<void> {
  const path = `/plugins/${encodeURIComponent(plugin)}/scaling`;
  const before = await api.get(path);
  const isChange = auto === true || Object.keys(wanted).length > 0;
  const said = auto === true ? {} : (answerAt(before, 'override') ?? {});
  const after = isChange ? await api.put(path, { ...said, ...wanted }) : before;
  terminal.result(after, () => shown(after));
}

function shown(scaling: Answer): string {
  const [manifest = {}, override = {}, inEffect = {}] = ['manifest', 'override', 'in_effect'].map(
    (name) => answerAt(scaling, name),
  );
  const limits = table(
    ['', ...bounds, 'pinned', 'runners'].map((name) => name.replaceAll('_', ' ')),
    [
      ['manifest', ...bounds.map((name) => textAt(manifest, name))],
      ['operator', ...bounds.map((name) => textAt(override, name)), textAt(override, 'replicas')],
      ['in effect', ...[...bounds, 'pinned', 'replicas'].map((name) => textAt(inEffect, name))],
    ],
  );
  const decisions = answersAt(scaling, 'decisions');
  if (decisions.length === 0) return limits;
  const rows = decisions.map((each) => decisionFields.map((name) => textAt(each, name)));
  return `${limits}\n\n${table(decisionFields, rows)}`;
}

function runners(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('a number from 0 to 100 is wanted');
}
