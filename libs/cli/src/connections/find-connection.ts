import { CliError, exitCodes, usageError } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { textAt, type Answer } from '../platform/answer.ts';
import { projectIfAny } from '../project/read-project.ts';

/** How commands name a connection. */
export const connectionArgument = [
  '[connection]',
  'its id or name; the only one of this folder’s plugin unless given',
] as const;

/** As `findConnection`; else a deleted one whose data was kept. */
export async function findKeptConnection(
  api: Api,
  folder: string,
  named: string | undefined,
): Promise<Answer> {
  try {
    return await findConnection(api, folder, named);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'connection.not_found') throw error;
    if (named === undefined) throw error;
    const found = namedBy(await api.list('/deleted-connections'), named);
    if (found.length > 1) throw several(found);
    return found[0] ?? Promise.reject(error);
  }
}

/** A connection by its id or its name; unnamed, the only one of this folder's plugin. */
export async function findConnection(
  api: Api,
  folder: string,
  named: string | undefined,
): Promise<Answer> {
  const plugin = projectIfAny(folder)?.manifest.id;
  if (named === undefined && plugin === undefined)
    throw usageError('name a connection, or go to the folder of its plugin');
  const filter = named === undefined ? `?plugin_id=${encodeURIComponent(plugin ?? '')}` : '';
  const all = await api.list(`/connections${filter}`);
  const found = named === undefined ? all : namedBy(all, named);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw found.length === 0 ? none(named, plugin) : several(found);
}

const namedBy = (all: readonly Answer[], named: string): Answer[] =>
  all.filter((each) => [textAt(each, 'id'), textAt(each, 'name')].includes(named));

function none(named: string | undefined, plugin: string | undefined): CliError {
  return new CliError(
    'connection.not_found',
    exitCodes.notFound,
    named === undefined
      ? `${plugin ?? ''} has no connection; make one with made-open connect`
      : `there is no connection "${named}"; made-open connections lists them, with --deleted those that are gone`,
  );
}

function several(found: readonly Answer[]): CliError {
  return new CliError(
    'connection.ambiguous',
    exitCodes.usage,
    'several connections fit; name one by its id',
    {
      details: found.map((each) => `${textAt(each, 'id')}  ${textAt(each, 'name')}`),
    },
  );
}
