import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { textAt, textsAt, type Answer } from '../platform/answer.ts';
import { bundleProject } from '../project/bundle-project.ts';
import { checkTypes } from '../project/check-types.ts';
import {
  checkHttpManifestFile,
  httpManifestAt,
  type HttpManifestFile,
} from '../project/http-manifest-file.ts';
import { projectIfAny, readProject, type Project } from '../project/read-project.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { table } from '../terminal/table.ts';

export const pluginCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  program
    .command('push')
    .summary('check and push this version')
    .description(
      'Bundles npm packages, and pushes plugin.json with the sources, or with one module when there are npm packages among them; of a Python plugin the sources and the wheels that requirements.txt names. The same content again changes nothing.',
    )
    .argument('[folder]', 'the plugin’s folder, or the file of an HTTP manifest', '.')
    .option('--no-types', 'do not check the types before')
    .action((folder: string, options: { types: boolean }, command) =>
      push(begin(command), folder, options.types),
    );
  program
    .command('approve')
    .summary('approve what a version asks for, and activate it')
    .argument('[plugin]', 'its id; that of this folder unless given')
    .argument('[version]', 'the newest unless given')
    .option('--yes', 'do not ask')
    .option('--no-activate', 'only approve')
    .option('--force', 'activate it although connections could not go on under it')
    .action((plugin: string | undefined, version: string | undefined, options, command) =>
      approve(begin(command), { plugin, version, ...options }),
    );
  program
    .command('plugins')
    .summary('list plugins, or the versions of one')
    .argument('[plugin]', 'its id: list its versions')
    .action((plugin: string | undefined, _options, command) => list(begin(command), plugin));
};

async function push({ api, terminal, folder: here }: Invocation, folder: string, types: boolean) {
  const form = await formAt(resolve(here, folder), types, terminal);
  terminal.progress('pushing');
  const version = await api.post('/plugins', form);
  const added = textsAt(version, 'permissions_added');
  terminal.result(version, () =>
    [
      `${nameOf(version)} is pushed and ${stateOf(version)}`,
      ...(added.length === 0 ? [] : ['it asks for:', ...added.map((each) => `  ${each}`)]),
      ...(textAt(version, 'state') === 'active' ? [] : ['next: made-open approve']),
    ].join('\n'),
  );
}

/** What is pushed: an HTTP manifest alone, or a plugin with its code. */
async function formAt(path: string, types: boolean, terminal: Terminal): Promise<FormData> {
  const file = httpManifestAt(path);
  if (file !== undefined) return manifestForm(file);
  const project = readProject(path);
  if (types) await checkTypes(project);
  terminal.progress('bundling');
  const { upload } = await bundleProject(project);
  return formOf(project, upload);
}

function manifestForm(file: HttpManifestFile): FormData {
  if (checkHttpManifestFile(file).isLegacy)
    throw new CliError(
      'manifest.legacy',
      exitCodes.data,
      `${file.path} is a manifest of Faxbot; use made-open manifest import`,
    );
  const form = new FormData();
  form.append('manifest', new Blob([file.text], { type: 'application/json' }), 'manifest.json');
  return form;
}

function formOf(
  { manifestText }: Project,
  upload: Awaited<ReturnType<typeof bundleProject>>['upload'],
): FormData {
  const form = new FormData();
  form.append('manifest', new Blob([manifestText], { type: 'application/json' }), 'plugin.json');
  if ('bundle' in upload) form.append('bundle', new Blob([upload.bundle]), 'bundle.js');
  else {
    for (const [path, text] of upload.sources) form.append('source', new Blob([text]), path);
    for (const [name, wheel] of upload.wheels ?? [])
      form.append('wheel', new Blob([Buffer.from(wheel)]), name);
  }
  return form;
}

interface Approval {
  readonly plugin?: string | undefined;
  readonly version?: string | undefined;
  readonly yes?: boolean;
  readonly activate: boolean;
  readonly force?: boolean;
}

async function approve(
  { api, terminal, folder }: Invocation,
  { plugin, version: wanted, yes, activate, force = false }: Approval,
) {
  const id = pluginIdOf(folder, plugin);
  const path = `/plugins/${encodeURIComponent(id)}/versions`;
  const version =
    wanted === undefined
      ? (await api.list(path, 1))[0]
      : await api.get(`${path}/${encodeURIComponent(wanted)}`);
  if (version === undefined) throw nothingPushed(id);
  const permissions = textsAt(version, 'permissions_added');
  if (permissions.length > 0 && yes !== true) {
    const question = [
      `${nameOf(version)} asks for what nobody has approved yet:`,
      ...permissions.map((each) => `  ${each}`),
      'Approve?',
    ].join('\n');
    if (!(await terminal.confirm(question)))
      throw new CliError('plugin.not_approved', exitCodes.failed, 'nothing was approved');
  }
  const target = `${path}/${encodeURIComponent(textAt(version, 'version'))}`;
  // What was looked at, and not what somebody pushed in its place meanwhile.
  const digest = textAt(version, 'digest');
  const approved = await api.post(`${target}/approve`, { permissions, activate, force, digest });
  terminal.result(approved, () =>
    [
      `${nameOf(approved)} is ${stateOf(approved)}`,
      ...(activate ? ['next: made-open connect'] : []),
    ].join('\n'),
  );
}

async function list({ api, terminal }: Invocation, plugin: string | undefined) {
  if (plugin === undefined) {
    const plugins = await api.list('/plugins');
    terminal.result(plugins, () =>
      table(
        ['id', 'type', 'state', 'version', 'name'],
        plugins.map((each) =>
          ['id', 'type', 'state', 'active_version', 'name'].map((name) => textAt(each, name)),
        ),
      ),
    );
    return;
  }
  const versions = await api.list(`/plugins/${encodeURIComponent(plugin)}/versions`);
  terminal.result(versions, () =>
    table(
      ['version', 'state', 'bytes', 'pushed', 'not approved'],
      versions.map((each) => [
        ...['version', 'state', 'bundle_bytes', 'created_at'].map((name) => textAt(each, name)),
        textsAt(each, 'permissions_added').join(' '),
      ]),
    ),
  );
}

/** The named plugin, or that of the folder. */
export function pluginIdOf(folder: string, named: string | undefined): string {
  const id = named ?? projectIfAny(folder)?.manifest.id;
  if (id === undefined)
    throw usageError('name a plugin, or go to the folder of one: there is no plugin.json here');
  return id;
}

/** What a command without `[version]` needs before. */
function nothingPushed(id: string): CliError {
  return new CliError(
    'plugin.no_version',
    exitCodes.notFound,
    `nothing of ${id} was pushed yet; do it with made-open push`,
  );
}

const nameOf = (version: Answer): string =>
  `${textAt(version, 'id')} ${textAt(version, 'version')}`;

const stateOf = (version: Answer): string => textAt(version, 'state').replace('_', ' ');
