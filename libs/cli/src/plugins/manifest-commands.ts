import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { answersAt, textAt, type Answer } from '../platform/answer.ts';

export const manifestCommands: CommandGroup = (program, surroundings) => {
  const manifest = program
    .command('manifest')
    .summary('import HTTP manifests, or show what one would send')
    .description('HTTP manifests, those of Faxbot too. made-open push takes the file of one.');
  manifest
    .command('import')
    .summary('import the manifests of a JSON or Markdown file')
    .argument('<file>', 'JSON or Markdown, with any number of manifests')
    .option('--allow <host...>', 'hosts that it may reach, for a file with one manifest')
    .action((file: string, { allow }: { allow?: string[] }, command) =>
      importFile(new Invocation(surroundings, command), file, allow),
    );
  manifest
    .command('confirm')
    .summary('say which hosts an imported manifest may reach')
    .argument('<id>', 'its id')
    .argument('<host...>', 'every host')
    .action(async (id: string, hosts: string[], _options, command) => {
      const { api, terminal } = new Invocation(surroundings, command);
      const path = `/http-manifests/${encodeURIComponent(id)}/confirm`;
      const result = await api.post(path, { allowed_domains: hosts });
      terminal.result(result, () => lineOf(result));
    });
  manifest
    .command('preview')
    .summary('show what an action would send; nothing is sent')
    .argument('<file>', 'the manifest')
    .argument('<action>', 'for example send_fax')
    .option('--input <json>', 'values of variables, for example {"to":"+15550100"}', '{}')
    .option('--settings <json>', 'values of settings', '{}')
    .action((file: string, action: string, options: PreviewOptions, command) =>
      preview(new Invocation(surroundings, command), { file, action, ...options }),
    );
};

interface PreviewOptions {
  readonly input: string;
  readonly settings: string;
}

/** The text of a file of a manifest. */
export function manifestText(folder: string, file: string): string {
  const path = resolve(folder, file);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliError('manifest.no_file', exitCodes.notFound, `${path} cannot be read`);
  }
}

async function importFile(
  { api, terminal, folder }: Invocation,
  file: string,
  allow: readonly string[] | undefined,
): Promise<void> {
  const text = manifestText(folder, file);
  const allowed = allow === undefined ? {} : { allowed_domains: { [idIn(text)]: allow } };
  const answer = await api.post('/http-manifests/import', { text, ...allowed });
  const results = answersAt(answer, 'data');
  terminal.result(answer, () => results.map(lineOf).join('\n'));
}

/** Hosts are confirmed by the id that the manifest has. */
function idIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const id: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined;
    if (typeof id === 'string') return id;
  } catch {
    // Said below.
  }
  throw usageError('--allow is for a JSON file with one manifest; use made-open manifest confirm');
}

function lineOf(result: Answer): string {
  const [id, state, detail] = ['id', 'state', 'detail'].map((name) => textAt(result, name));
  return `${id ?? ''}: ${(state ?? '').replaceAll('_', ' ')}: ${detail ?? ''}`;
}

async function preview(
  { api, terminal, folder }: Invocation,
  { file, action, input, settings }: PreviewOptions & { file: string; action: string },
): Promise<void> {
  const answer = await api.post('/http-manifests/preview', {
    manifest: manifestText(folder, file),
    action,
    input: objectIn('--input', input),
    settings: objectIn('--settings', settings),
  });
  const problems = answersAt(answer, 'problems').map((problem) => textAt(problem, 'message'));
  terminal.result(answer, () =>
    [...answersAt(answer, 'requests').map(requestText), ...problems].join('\n'),
  );
  if (problems.length > 0)
    throw new CliError('manifest.preview', exitCodes.data, `${action} would send nothing`, {
      details: problems,
    });
}

function requestText(request: Answer): string {
  return [
    `${textAt(request, 'method')} ${textAt(request, 'url')}`,
    JSON.stringify(request, undefined, 2),
  ].join('\n');
}

function objectIn(option: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw usageError(`${option} is a JSON object, for example '{"to":"+15550100"}'`);
}
