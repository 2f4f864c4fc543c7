import { Argument } from 'commander';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import { bundleProject } from '../project/bundle-project.ts';
import { readProject } from '../project/read-project.ts';
import { invocationCode, scriptedMethods, type ScriptedMethod } from './invocation-script.ts';
import { requireCompleted } from './require-completed.ts';
import { showRecord } from './show-record.ts';
import { startTrial } from './start-trial.ts';
import { calledMethods, isCalled, trialCall, type CalledMethod } from './trial-call.ts';
import { trialFile, withFile } from './trial-file.ts';
import { trialParts, withTrialOptions, type TrialOptions } from './trial-options.ts';

type Method = ScriptedMethod | CalledMethod;

const methods: readonly Method[] = [...scriptedMethods, ...calledMethods];

interface InvokeOptions extends TrialOptions {
  readonly input?: string;
  readonly folder: string;
  readonly file?: string;
}

export const invokeCommand: CommandGroup = (program, surroundings) => {
  withTrialOptions(
    program
      .command('invoke')
      .summary('call one method of the plugin in the platform’s sandbox')
      .addArgument(new Argument('<method>', 'which').choices(methods)),
  )
    .option(
      '--input <file>',
      'JSON that the method is given: a raw item, a payload, a message, a fax, {jobId} for getStatus, {name, fact, value} for evaluate',
    )
    .option('--file <file>', 'a PDF that goes along with sendFax, as the `file` of its input')
    .option('--folder <folder>', 'the plugin’s folder', '.')
    .action((method: Method, options: InvokeOptions, command) =>
      invoke(new Invocation(surroundings, command), method, options),
    );
};

async function invoke(invocation: Invocation, method: Method, options: InvokeOptions) {
  const { terminal, folder } = invocation;
  const project = readProject(resolve(folder, options.folder));
  const { script } = await bundleProject(project);
  const parts = await trialParts(invocation, project, options);
  const given = options.input === undefined ? null : readInput(resolve(folder, options.input));
  const file = options.file === undefined ? undefined : trialFile(resolve(folder, options.file));
  const input = file === undefined ? given : withFile(given, file);
  const files = file === undefined ? [] : [file];
  const work = isCalled(method)
    ? { bundle: script, call: trialCall(method, input, project.manifest), files }
    : { bundle: invocationCode({ manifest: project.manifest, script }, method, [input]) };
  const trial = startTrial({ ...parts, ...work }, (record) =>
    terminal.line(record, () => showRecord(record)),
  );
  requireCompleted(await trial.ended);
}

function readInput(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CliError('input.unreadable', exitCodes.data, `${path}: ${reasonOf(error)}`);
  }
}
