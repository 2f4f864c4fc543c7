import type { Auth, HttpManifest, RequestTemplate } from '@made-open/http-manifest';
import { keyOf } from './plan-auth.ts';
import { CodePlanError } from './plan-error.ts';
import { variableOf, type CallKind } from './plan-expression.ts';
import type { Expression, UrlPiece } from './plan.ts';

/** The address of a request: each `{name}` is one segment, whatever its value. */
export function urlOf(
  manifest: HttpManifest,
  request: RequestTemplate,
  call: CallKind,
  pointer: string,
): readonly UrlPiece[] {
  const { url, path_params = [] } = request;
  const sources = new Map(path_params.map(({ name, source = name }) => [name, source]));
  const path = pieces(url, (name) => ({
    segment: segmentOf(name, sources.get(name), { manifest, call, pointer }),
  }));
  return joined([...(url.startsWith('https:') ? [] : serverOf(manifest, pointer)), ...path]);
}

interface Place {
  readonly manifest: HttpManifest;
  readonly call: CallKind;
  readonly pointer: string;
}

function segmentOf(
  name: string,
  source: string | undefined,
  { manifest, call, pointer }: Place,
): Expression {
  const secret = source === undefined ? inPath(manifest.auth, name) : undefined;
  if (secret !== undefined)
    return { kind: 'variable', variable: { from: 'credential', name: secret }, filters: [] };
  return variableOf(source ?? name, [], { call, pointer: `${pointer}/url` });
}

function inPath(auth: Auth | undefined, name: string): string | undefined {
  const isHere = auth?.scheme === 'api_key' && auth.in === 'path' && auth.name === name;
  return isHere ? keyOf(auth.value) : undefined;
}

/** Variables of a server are settings of the same name. */
function serverOf({ servers = [] }: HttpManifest, pointer: string): readonly UrlPiece[] {
  const [server] = servers;
  if (server === undefined)
    throw new CodePlanError(
      `${pointer}/url`,
      'is a path, and there is no address that it belongs to: give base_url, or a whole URL',
    );
  return pieces(server.url.replace(/\/$/u, ''), (name) => {
    const preset = server.variables?.[name]?.default;
    const filters =
      preset === undefined ? [] : [{ name: 'default' as const, args: [preset] as const }];
    const variable = { from: 'setting', name } as const;
    return { host: { kind: 'variable', variable, filters }, name };
  });
}

function pieces(text: string, variable: (name: string) => UrlPiece): UrlPiece[] {
  return text
    .split(/(\{[A-Za-z][A-Za-z0-9_]*\})/u)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('{') ? variable(piece.slice(1, -1)) : piece));
}

function joined(all: readonly UrlPiece[]): readonly UrlPiece[] {
  const [first, second, ...rest] = all;
  return typeof first === 'string' && typeof second === 'string'
    ? [`${first}${second}`, ...rest]
    : all;
}
