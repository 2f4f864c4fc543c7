import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { usageError } from '../errors.ts';
import { answerAt, numberAt, textAt, textsAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';
import { pluginIdOf } from './plugin-commands.ts';

const argument = ['[plugin]', 'its id; that of this folder unless given'] as const;
const force = ['--force', 'although connections could not go on under it'] as const;

interface ActivateOptions {
  readonly canary?: string;
  readonly minRuns?: string;
  readonly maxExtraFailures?: string;
  readonly promoteAfterRuns?: string;
  readonly force?: boolean;
}

export const versionCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('activate')
    .summary('make a version the one that runs, or try it out on a share of the runs')
    .argument(...argument)
    .argument('[version]', 'the newest unless given')
    .option('--canary <percent>', 'try it out on so many of a hundred runs')
    .option('--min-runs <number>', 'with --canary: judge it after so many')
    .option('--max-extra-failures <number>', 'with --canary: so many of a hundred more may fail')
    .option('--promote-after-runs <number>', 'with --canary: give it all of them after so many')
    .option(...force)
    .action(
      (
        plugin: string | undefined,
        version: string | undefined,
        options: ActivateOptions,
        command: Command,
      ) => activate(begin(command), { plugin, version }, options),
    );
  program
    .command('rollback')
    .summary('go back to the version that was active before, or end what is tried out')
    .argument(...argument)
    .option('--to <version>', 'this version')
    .option(...force)
    .action((plugin: string | undefined, options: { to?: string; force?: boolean }, command) =>
      rollback(begin(command), plugin, options),
    );
  program
    .command('versions')
    .summary('list the versions of a plugin, and how one does that is tried out')
    .argument(...argument)
    .action((plugin: string | undefined, _options, command) => versions(begin(command), plugin));
};

async function activate(
  { api, terminal, folder }: Invocation,
  { plugin, version: named }: { plugin: string | undefined; version: string | undefined },
  options: ActivateOptions,
) {
  const path = `${pathOf(pluginIdOf(folder, plugin))}/versions`;
  const version = named ?? textAt((await api.list(path, 1))[0] ?? {}, 'version');
  const canary = canaryOf(options);
  const body = { force: options.force === true, ...(canary === undefined ? {} : { canary }) };
  const found = await api.post(`${path}/${encodeURIComponent(version)}/activate`, body);
  terminal.result(found, () =>
    canary === undefined
      ? `${nameOf(found)} is ${textAt(found, 'state')}`
      : `${nameOf(found)} is tried out on ${String(canary['percent'])} of 100 runs\nnext: made-open versions`,
  );
}

function canaryOf(options: ActivateOptions): Readonly<Record<string, number>> | undefined {
  const { canary, minRuns, maxExtraFailures, promoteAfterRuns } = options;
  const given = Object.entries({
    min_runs: minRuns,
    max_extra_failures: maxExtraFailures,
    promote_after_runs: promoteAfterRuns,
  }).flatMap(([name, text]) => (text === undefined ? [] : [[name, wholeNumber(text)] as const]));
  if (canary !== undefined) return { percent: wholeNumber(canary), ...Object.fromEntries(given) };
  if (given.length === 0) return undefined;
  throw usageError('how a version is judged is said together with --canary <percent>');
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw usageError(`"${text}" is no whole number`);
}

async function rollback(
  { api, terminal, folder }: Invocation,
  plugin: string | undefined,
  { to, force: isForced = false }: { to?: string; force?: boolean },
) {
  const path = pathOf(pluginIdOf(folder, plugin));
  const version = await api.post(
    to === undefined ? `${path}/rollback` : `${path}/versions/${encodeURIComponent(to)}/activate`,
    { force: isForced },
  );
  terminal.result(version, () => `${nameOf(version)} is ${textAt(version, 'state')}`);
}

async function versions({ api, terminal, folder }: Invocation, plugin: string | undefined) {
  const path = pathOf(pluginIdOf(folder, plugin));
  const [list, trial] = [await api.list(`${path}/versions`), await api.get(`${path}/canary`)];
  terminal.result({ versions: list, ...trial }, () =>
    [
      table(
        ['version', 'state', 'bytes', 'pushed', 'not approved'],
        list.map((each) => [
          ...['version', 'state', 'bundle_bytes', 'created_at'].map((name) => textAt(each, name)),
          textsAt(each, 'permissions_added').join(' '),
        ]),
      ),
      ...trialLines(trial),
    ].join('\n'),
  );
}

function trialLines(trial: Answer): string[] {
  const [now, last] = [answerAt(trial, 'canary'), answerAt(trial, 'last')];
  return [
    ...(now === undefined
      ? []
      : [
          `${textAt(now, 'version')} is tried out on ${textAt(now, 'percent')} of 100 runs: ${tally(now)}`,
        ]),
    ...(last === undefined
      ? []
      : [
          `${textAt(last, 'version')} was ${textAt(last, 'outcome')} on ${textAt(last, 'ended_at')}, since ${textAt(last, 'reason')} (${tally(last)})`,
        ]),
  ];
}

function tally(trial: Answer): string {
  const runs = answerAt(trial, 'runs') ?? {};
  const of = (lane: string): string => {
    const found = answerAt(runs, lane) ?? {};
    return `${String(numberAt(found, 'failed'))} of ${String(numberAt(found, 'runs'))}`;
  };
  return `${of('canary')} runs failed under it, ${of('stable')} under the active version`;
}

const pathOf = (id: string): string => `/plugins/${encodeURIComponent(id)}`;
const nameOf = (version: Answer): string =>
  `${textAt(version, 'id')} ${textAt(version, 'version')}`;
