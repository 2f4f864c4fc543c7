import { nearestName } from '@made-open/manifest';
import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { settingNames } from '../names.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { TemplateError } from '../template/template-error.ts';
import { variablesOf } from '../template/template.ts';
import { placedRequests, type PlacedRequest } from './placed-requests.ts';
import { pointerTo } from './pointer.ts';
import { templateTexts } from './template-texts.ts';

const fileFields = ['name', 'media_type', 'size_bytes', 'url'];
/** What the platform gives to an action. */
export const actionVariables = [
  'to',
  'from',
  'subject',
  'body',
  'media_urls',
  'file',
  'files',
  'job_id',
  'attempt_id',
  'provider_job_id',
  'provider_sid',
  'callback_url',
];
const standardOutputs = ['job_id', 'status', 'error'];

/** What may be named at a place of the document. */
interface Known {
  readonly variables: readonly string[];
  readonly settings: ReadonlySet<string>;
  /** Outputs of the steps before, by their ids. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
}

/** Whether every placeholder can be read, and names something that there is. */
export function templateFaults(manifest: HttpManifest): HttpManifestFault[] {
  const settings = settingNames(manifest);
  return placedRequests(manifest).flatMap((placed) => {
    const known = {
      settings,
      variables: variablesAt(placed, manifest),
      steps: stepsBefore(placed, manifest),
    };
    return [
      ...templateTexts(placed.request, placed.pointer).flatMap((text) =>
        textFaults(text, known, placed.mayNameCredentials),
      ),
      ...sourceFaults(placed, known),
      ...idempotencyFaults(placed, known, manifest),
    ];
  });
}

function textFaults(
  { text, pointer, mayBeEmpty }: { text: string; pointer: string; mayBeEmpty: boolean },
  known: Known,
  mayNameCredentials: boolean,
): HttpManifestFault[] {
  try {
    return variablesOf(parseTemplate(text)).flatMap(({ path, isOptional }) => {
      const message =
        path[0] === 'creds' && !mayNameCredentials
          ? 'names a credential; those stand in auth, in the source of a path parameter and in verification alone'
          : unknownName(path, known, isOptional || mayBeEmpty);
      return message === undefined ? [] : [{ pointer, message }];
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    // The text itself may hold what nobody should see.
    const reason = error.message.slice(error.message.indexOf(` at ${String(error.place)}: `));
    return [{ pointer, message: `has a placeholder that cannot be read,${reason}` }];
  }
}

/** A name that nothing gives a value to would be an empty text in what is sent. */
function unknownName(
  path: readonly string[],
  known: Known,
  mayBeMissing: boolean,
): string | undefined {
  const looked = lookUp(path, known);
  if (looked === undefined || looked.names.includes(looked.name)) return undefined;
  if (mayBeMissing && path[0] !== 'steps') return undefined;
  const { name, names } = looked;
  const meant = nearestName(name, names);
  const help = meant === undefined ? available(names) : `did you mean "${meant}"?`;
  return `names the undefined variable "${path.join('.').slice(0, 100)}"; ${help}`;
}

/** The part of a path that must be known, and what could stand there; undefined where anything may. */
function lookUp(
  path: readonly string[],
  known: Known,
): { readonly name: string; readonly names: readonly string[] } | undefined {
  const [first = '', second = '', third = ''] = path;
  switch (first) {
    case 'creds':
      return undefined;
    case 'settings':
      return { name: second, names: [...known.settings] };
    case 'steps':
      return { name: third, names: known.steps.get(second) ?? [] };
    case 'file':
      if (second !== '') return { name: second, names: fileFields };
      return { name: first, names: known.variables };
    default:
      return { name: first, names: known.variables };
  }
}

function available(names: readonly string[]): string {
  return names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
}

function sourceFaults({ request, pointer }: PlacedRequest, known: Known): HttpManifestFault[] {
  return (request.path_params ?? []).flatMap(({ name, source = name }, index) => {
    const place = pointerTo(pointer, 'path_params', index);
    if (!/^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)*$/u.test(source))
      return [{ pointer: place, message: 'source is no name of a value, as settings.account' }];
    const message = unknownName(source.split('.'), known, false);
    return message === undefined ? [] : [{ pointer: place, message }];
  });
}

function idempotencyFaults(
  { action = '', step }: PlacedRequest,
  known: Known,
  { actions }: HttpManifest,
): HttpManifestFault[] {
  const value = step === 0 ? actions?.[action]?.idempotency?.value : undefined;
  if (value === undefined) return [];
  const pointer = pointerTo('/actions', action, 'idempotency', 'value');
  return textFaults({ text: value, pointer, mayBeEmpty: false }, known, false);
}

function variablesAt(
  { action }: PlacedRequest,
  { actions, legacy }: HttpManifest,
): readonly string[] {
  if (action === undefined) return [];
  const inputs = actions?.[action]?.input_schema?.['properties'];
  const own = typeof inputs === 'object' && inputs !== null ? Object.keys(inputs) : [];
  return [...actionVariables, ...(legacy === true ? ['file_url', 'file_path'] : []), ...own];
}

function stepsBefore(
  { action = '', step }: PlacedRequest,
  { actions }: HttpManifest,
): Map<string, readonly string[]> {
  const before = (actions?.[action]?.steps ?? []).slice(0, step);
  return new Map(
    before.map(({ id, response }) => [
      id,
      [...standardOutputs, ...Object.keys(response?.outputs ?? {})],
    ]),
  );
}
