import { watch } from 'node:fs';
import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, reasonOf } from '../errors.ts';
import { answerAt, textAt, type Answer } from '../platform/answer.ts';
import { bundleProject } from '../project/bundle-project.ts';
import { readProject } from '../project/read-project.ts';
import { counted } from '../terminal/table.ts';
import { OtherFields } from './other-fields.ts';
import { requireCompleted } from './require-completed.ts';
import { showRecord } from './show-record.ts';
import { startTrial, type Trial } from './start-trial.ts';
import { trialParts, withTrialOptions, type TrialOptions } from './trial-options.ts';

interface DevOptions extends TrialOptions {
  readonly once?: boolean;
  readonly items: string;
}

/** Editors write a file in several steps. */
const settleMs = 50;
const unwatched = /(^|[/\\])(node_modules|dist|\.[^/\\]+)([/\\]|$)/u;

export const devCommand: CommandGroup = (program, surroundings) => {
  withTrialOptions(
    program
      .command('dev')
      .summary('run sync in the platform’s sandbox, again at each change')
      .description(
        'Runs sync on this machine in the sandbox of the platform, with its limits and permissions, and shows items, requests, checkpoints and logs as they come. A change of a file starts it again. No platform is needed; what the manifest asks for is granted.',
      )
      .argument('[folder]', 'the plugin’s folder', '.'),
  )
    .option('--once', 'run once, and end with how it went')
    .option('--items <count>', 'how many items to show of each run', '20')
    .action((folder: string, options: DevOptions, command) =>
      dev(new Invocation(surroundings, command), folder, options),
    );
};

async function dev(invocation: Invocation, folder: string, options: DevOptions): Promise<void> {
  const target = resolve(invocation.folder, folder);
  const start = (): Promise<Trial> => begin(invocation, target, options);
  if (options.once === true) {
    requireCompleted(await (await start()).ended);
    return;
  }
  await new Loop(invocation, start).follow(target);
}

/** Runs, and runs again at each change, until the process is interrupted. */
class Loop {
  readonly #invocation: Invocation;
  readonly #start: () => Promise<Trial>;
  #current: Trial | undefined;
  #turn = Promise.resolve();

  constructor(invocation: Invocation, start: () => Promise<Trial>) {
    this.#invocation = invocation;
    this.#start = start;
  }

  async follow(folder: string): Promise<void> {
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    process.once('SIGTERM', () => stopping.abort());
    let timer: NodeJS.Timeout | undefined;
    const watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (name === null || unwatched.test(name)) return;
      clearTimeout(timer);
      timer = setTimeout(() => this.#again(), settleMs);
    });
    this.#again();
    await new Promise<void>((done) => {
      stopping.signal.addEventListener('abort', () => done());
    });
    clearTimeout(timer);
    watcher.close();
    await this.#turn;
    this.#current?.stop();
  }

  /** One start at a time, so that the newest change is what runs. */
  #again(): void {
    this.#turn = this.#turn.then(() => this.#restart());
  }

  async #restart(): Promise<void> {
    const { terminal } = this.#invocation;
    this.#current?.stop();
    try {
      this.#current = await this.#start();
      void this.#current.ended.catch((error: unknown) => terminal.error(reasonOf(error)));
    } catch (error) {
      this.#current = undefined;
      const details = error instanceof CliError ? error.details : [];
      terminal.error([reasonOf(error), ...details.map((line) => `  ${line}`)].join('\n'));
    }
  }
}

async function begin(invocation: Invocation, folder: string, options: DevOptions): Promise<Trial> {
  const since = performance.now();
  const { terminal } = invocation;
  const project = readProject(folder);
  const { script } = await bundleProject(project);
  const parts = await trialParts(invocation, project, options);
  const tookMs = Math.round(performance.now() - since);
  const { id, version } = project.manifest;
  terminal.note(`--- ${id} ${version}, bundled in ${String(tookMs)} ms`);
  return startTrial({ ...parts, bundle: script }, shownBy(invocation, Number(options.items)));
}

/** Shows the first items and counts the others. */
function shownBy({ terminal }: Invocation, most: number): (record: Answer) => void {
  let items = 0;
  const others = new OtherFields();
  return (record) => {
    const kind = textAt(record, 'kind');
    if (kind === 'item') items++;
    if (kind === 'item') others.see(textAt(record, 'type'), answerAt(record, 'data') ?? {});
    if (kind === 'end')
      for (const line of [counted(items, 'item'), ...others.notes()]) terminal.note(line);
    if (kind === 'item' && items > most && !terminal.isJson)
      terminal.progress(counted(items, 'item'));
    else terminal.line(record, () => showRecord(record));
  };
}
