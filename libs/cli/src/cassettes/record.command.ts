import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { textAt, type Answer } from '../platform/answer.ts';
import { bundleProject } from '../project/bundle-project.ts';
import { readProject } from '../project/read-project.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { requireCompleted } from '../trial/require-completed.ts';
import { startTrial } from '../trial/start-trial.ts';
import { trialParts, withTrialOptions, type TrialOptions } from '../trial/trial-options.ts';
import { cassetteOf } from './cassette-of.ts';

interface RecordOptions extends TrialOptions {
  readonly out: string;
}

export const recordCommand: CommandGroup = (program, surroundings) => {
  withTrialOptions(
    program
      .command('record')
      .summary('sync once, and keep what the source answered for tests')
      .description(
        'Runs sync once and writes every request and answer to a cassette, without the config’s values, request headers and cookies. What the source says about people is in it: use a test account.',
      )
      .argument('[folder]', 'the plugin’s folder', '.'),
  )
    .option('--out <file>', 'where to', 'cassette.json')
    .action((folder: string, options: RecordOptions, command) =>
      recordSync(new Invocation(surroundings, command), folder, options),
    );
};

async function recordSync(invocation: Invocation, folder: string, options: RecordOptions) {
  const { terminal } = invocation;
  const project = readProject(resolve(invocation.folder, folder));
  const { script } = await bundleProject(project);
  const parts = await trialParts(invocation, project, options);
  const records: Answer[] = [];
  const trial = startTrial({ ...parts, bundle: script, withBodies: true }, (record) => {
    if (textAt(record, 'kind') !== 'http') return;
    records.push(record);
    terminal.progress(progressBar('requests', records.length));
  });
  requireCompleted(await trial.ended);
  const cassette = cassetteOf(records);
  const file = resolve(project.folder, options.out);
  writeFileSync(file, `${JSON.stringify(cassette, undefined, 2)}\n`);
  const count = cassette.exchanges.length;
  terminal.result({ file, exchanges: count }, () => `${String(count)} exchanges are in ${file}`);
}
