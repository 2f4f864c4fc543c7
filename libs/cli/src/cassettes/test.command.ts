import { checksOf, readCassette, type ConformanceCheck } from '@made-open/plugin-sdk/conformance';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { readConfig } from '../connections/read-config.ts';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import { bundleProject } from '../project/bundle-project.ts';
import { checkTypes } from '../project/check-types.ts';
import { readProject, type Project } from '../project/read-project.ts';
import { pythonRuntimeOf } from '../python/python-runtime.ts';
import { OtherFields } from '../trial/other-fields.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { sandboxSubject } from './sandbox-subject.ts';
import { testConfig } from './test-config.ts';

interface TestOptions {
  readonly cassette: string;
  readonly config?: string;
  readonly env?: string[];
  readonly types: boolean;
}

interface Result {
  readonly name: string;
  readonly state: 'passed' | 'skipped' | 'failed';
  readonly reason?: string;
}

export const testCommand: CommandGroup = (program, surroundings) => {
  program
    .command('test')
    .summary('conformance: replay the cassette, also with faults, in the sandbox')
    .description(
      'Checks types and bundle, then runs sync in the platform’s sandbox against what was recorded: schema, ids, limits, the same items again, resuming, and a source that answers 429 or 500, resets, is slow, cuts off or repeats pages.',
    )
    .argument('[folder]', 'the plugin’s folder', '.')
    .option('--cassette <file>', 'as made-open record writes it', 'cassette.json')
    .option(
      '--config <file>',
      'JSON with the config, of mode 0600; made up from configSchema unless given',
    )
    .option('--env <field=VARIABLE...>', 'take a field of the config from an environment variable')
    .option('--no-types', 'leave the types out')
    .action((folder: string, options: TestOptions, command) =>
      test(new Invocation(surroundings, command), folder, options),
    );
};

async function test(invocation: Invocation, folder: string, options: TestOptions) {
  const { terminal, env } = invocation;
  const project = readProject(resolve(invocation.folder, folder));
  const pythonRuntime = pythonRuntimeOf(project.manifest, env, invocation.folder);
  const cassette = cassetteIn(project, options.cassette);
  if (options.types) await checkTypes(project);
  const { script } = await bundleProject(project);
  const config = {
    ...testConfig(project.manifest.configSchema),
    ...(await readConfig(options, env, () => terminal.input())),
  };
  const others = new OtherFields();
  const seen: Parameters<typeof sandboxSubject>[0]['seen'] = ({ type, data }) => {
    others.see(type, data);
  };
  const checks = checksOf(
    sandboxSubject({ project, script, cassette, config, pythonRuntime, seen }),
  );
  const results: Result[] = [];
  for (const check of checks) {
    terminal.progress(progressBar(check.name, results.length, checks.length));
    const result = await resultOf(check);
    results.push(result);
    if (!terminal.isJson) terminal.line(result, () => shown(result));
  }
  for (const line of others.notes()) terminal.note(line);
  const failed = results.filter(({ state }) => state === 'failed');
  const summary = { checks: results, passed: failed.length === 0 };
  terminal.result(
    summary,
    () =>
      `${String(results.length - failed.length)} of ${String(results.length)} checks passed or had nothing to check`,
  );
  if (failed.length > 0)
    throw new CliError(
      'conformance.failed',
      exitCodes.failed,
      `${String(failed.length)} checks failed`,
      {
        details: failed.map(({ name, reason = '' }) => `${name}: ${reason}`),
      },
    );
}

async function resultOf({ name, run }: ConformanceCheck): Promise<Result> {
  try {
    const reason = await run();
    return reason === undefined ? { name, state: 'passed' } : { name, state: 'skipped', reason };
  } catch (error) {
    return { name, state: 'failed', reason: reasonOf(error) };
  }
}

function shown({ name, state, reason }: Result): string {
  return `${state.padEnd(7)} ${name}${reason === undefined ? '' : `: ${reason}`}`;
}

function cassetteIn({ folder }: Project, name: string) {
  const path = resolve(folder, name);
  if (!existsSync(path))
    throw new CliError(
      'cassette.not_found',
      exitCodes.notFound,
      `there is no ${path}; make it with made-open record`,
    );
  try {
    return readCassette(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CliError('cassette.invalid', exitCodes.data, `${path}: ${reasonOf(error)}`);
  }
}
