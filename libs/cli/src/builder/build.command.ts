import { Option } from 'commander';
import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { answersAt, textAt, textsAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';
import { overridden, type Overrides } from './overridden.ts';
import { readDocument, readInputFile } from './read-source.ts';
import { writeFiles } from './write-files.ts';

interface BuildOptions extends Overrides {
  readonly input?: string;
  readonly preset?: string;
  readonly openapi?: string;
  readonly operation?: readonly string[];
  readonly out: string;
  readonly force?: boolean;
  readonly install?: boolean;
  readonly yes?: boolean;
}

export const buildCommand: CommandGroup = (program, surroundings) => {
  program
    .command('build')
    .summary('make a provider of a description, as the builder does')
    .description(
      'The platform makes the files, so that they are those of the API, byte for byte. Begins with a file of what the wizard asks for, a preset, or operations of an OpenAPI document; without any of them it lists the presets.',
    )
    .option('--input <file>', 'JSON file of what the wizard asks for')
    .option('--preset <id>', 'a provider that is described already')
    .option('--openapi <file>', 'OpenAPI 3.0 or 3.1, as JSON or YAML')
    .option(
      '--operation <id=action...>',
      'an operation of it and the action that it becomes, sendFax=send_fax; none: list them',
    )
    .addOption(new Option('--target <target>', 'what is made').choices(['python', 'node', 'http']))
    .addOption(
      new Option('--language <language>', 'of the target node').choices([
        'typescript',
        'javascript',
      ]),
    )
    .option('--id <id>', 'in place of that of the description')
    .option('--name <name>', 'in place of that of the description')
    .option('--plugin-version <version>', 'in place of that of the description')
    .option('--out <folder>', 'where the files go', '.')
    .option('--force', 'write over files that are there')
    .option('--install', 'push what was made, instead of writing it')
    .option('--yes', 'take its warnings as read')
    .action((options: BuildOptions, command) =>
      run(new Invocation(surroundings, command), options),
    );
};

async function run(call: Invocation, options: BuildOptions): Promise<void> {
  const source = await sourceOf(call, options);
  if (source === undefined) return;
  const input = overridden(source, options);
  const built = await call.api.post('/builder/generate', { input });
  const warnings = answersAt(built, 'warnings');
  if (options.install === true) return install(call, { input, built }, options.yes === true);
  const folder = resolve(call.folder, options.out);
  const written = writeFiles(folder, answersAt(built, 'files'), options.force === true);
  call.terminal.result({ ...built, folder, written }, () =>
    [
      `${textAt(built, 'id')} ${textAt(built, 'version')} (${textAt(built, 'target')}): wrote to ${folder}`,
      ...written.map((path) => `  ${path}`),
      `sha256 ${textAt(built, 'digest')}`,
      ...warnings.map(warningLine),
    ].join('\n'),
  );
}

/** Undefined when there was something to choose from instead. */
async function sourceOf(call: Invocation, options: BuildOptions): Promise<Answer | undefined> {
  const { input, preset, openapi } = options;
  if ([input, preset, openapi].filter((each) => each !== undefined).length > 1)
    throw usageError('give one of --input, --preset and --openapi');
  if (input !== undefined) return readInputFile(resolve(call.folder, input));
  if (preset !== undefined)
    return inputAt(await call.api.get(`/builder/presets/${encodeURIComponent(preset)}`));
  if (openapi !== undefined) return fromOpenApi(call, resolve(call.folder, openapi), options);
  const { api, terminal } = call;
  const presets = answersAt(await api.get('/builder/presets'), 'data');
  terminal.result(presets, () =>
    table(
      ['id', 'name', 'can'],
      presets.map((each) => [
        textAt(each, 'id'),
        textAt(each, 'name'),
        textsAt(each, 'capabilities').join(' '),
      ]),
    ),
  );
  return undefined;
}

async function fromOpenApi(
  { api, terminal }: Invocation,
  path: string,
  { operation = [] }: BuildOptions,
): Promise<Answer | undefined> {
  const document = readDocument(path);
  const operations = operation.map(operationOf);
  const draft = await api.post('/builder/drafts', { document, operations });
  if (operations.length > 0) return inputAt(draft);
  const found = answersAt(draft, 'operations');
  terminal.result(found, () =>
    table(
      ['operation', 'method', 'path', 'summary'],
      found.map((each) => ['id', 'method', 'path', 'summary'].map((name) => textAt(each, name))),
    ),
  );
  return undefined;
}

function operationOf(text: string): { operation: string; action: string } {
  const at = text.lastIndexOf('=');
  if (at < 1) throw usageError(`--operation ${text} is not like sendFax=send_fax`);
  return { operation: text.slice(0, at), action: text.slice(at + 1) };
}

function inputAt(answer: Answer): Answer {
  const { input } = answer;
  if (typeof input === 'object' && input !== null) return { ...input };
  throw new CliError('builder.no_input', exitCodes.fault, 'the platform gave no input back');
}

interface Made {
  readonly input: Answer;
  readonly built: Answer;
}

async function install(
  { api, terminal }: Invocation,
  { input, built }: Made,
  isRead: boolean,
): Promise<void> {
  const warnings = answersAt(built, 'warnings');
  const question = [...warnings.map(warningLine), 'Install it all the same?'].join('\n');
  if (warnings.length > 0 && !isRead && !(await terminal.confirm(question)))
    throw new CliError('builder.not_installed', exitCodes.failed, 'nothing was installed');
  const acknowledged = warnings.map((each) => textAt(each, 'pointer'));
  const digest = textAt(built, 'digest');
  const version = await api.post('/builder/install', { input, digest, acknowledged });
  terminal.result(version, () =>
    [
      `${textAt(version, 'id')} ${textAt(version, 'version')} is installed and ${textAt(version, 'state').replace('_', ' ')}`,
      `next: made-open approve ${textAt(version, 'id')}`,
    ].join('\n'),
  );
}

function warningLine(warning: Answer): string {
  return `warning: ${textAt(warning, 'pointer')} ${textAt(warning, 'message')}`;
}
