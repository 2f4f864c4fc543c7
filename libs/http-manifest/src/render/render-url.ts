import { credentialPlace } from '../auth/place-value.ts';
import type { HttpManifest, RequestTemplate } from '../http-manifest.ts';
import { matchesWhole } from '../pattern/linear-pattern.ts';
import { isEmpty, percentEncode, textOf } from '../template/filters.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { render, valueAt, type RenderOptions, type Scope } from '../template/render-template.ts';
import { isPlaceholder, type Placeholder } from '../template/template.ts';
import { RenderError } from './render-error.ts';
import { renderFields } from './render-fields.ts';

export type UrlManifest = Pick<HttpManifest, 'servers' | 'legacy'>;

const expression = /\{([A-Za-z_][A-Za-z0-9_]*)\}/gu;

/**
 * The whole URL: values are one segment of the path or one value of the query, whatever they hold. Where the template has a
 * credential of the path, its place stays for the runner.
 */
export function renderUrl(
  { url, path_params: params = [], query = [] }: RequestTemplate,
  manifest: UrlManifest,
  scope: Scope,
): string {
  const sources = new Map(params.map(({ name, source = name }) => [name, source]));
  const options = { isLegacy: manifest.legacy === true };
  const texts = parseTemplate(url).pieces.map((piece) => {
    if (isPlaceholder(piece)) return escapedPlaceholder(url, piece, { scope, options });
    return piece.replaceAll(expression, (_, name: string) => {
      const source = sources.get(name);
      return source === undefined
        ? credentialPlace(name)
        : parameter(name, valueAt(scope, source.split('.')));
    });
  });
  const path = texts.join('');
  const whole = url.startsWith('/') ? `${serverUrl(manifest, scope)}${path}` : path;
  return checked(withQuery(whole, renderFields(query, scope)));
}

/** In the query nothing is a value as well. */
function escapedPlaceholder(
  url: string,
  placeholder: Placeholder,
  { scope, options }: { readonly scope: Scope; readonly options: RenderOptions },
): string {
  const value = render({ text: url, pieces: [placeholder] }, scope, options);
  const isInQuery = url.slice(0, placeholder.place).includes('?');
  if (isInQuery) return value === null || value === '' ? '' : percentEncode(textOf(value));
  return parameter(placeholder.path.join('.'), value);
}

function parameter(name: string, value: unknown): string {
  if (isEmpty(value) || typeof value === 'object')
    throw new RenderError(
      'http.invalid_path_parameter',
      `the path parameter {${name}} has no value that can stand in a URL`,
    );
  return segment(textOf(value), name);
}

/** A path is never shorter or longer by what a value holds: `.` and `..` as a segment would be. */
function segment(text: string, name: string): string {
  if (text === '.' || text === '..' || text === '')
    throw new RenderError(
      'http.invalid_path_parameter',
      `the path parameter {${name}} is empty or a dot segment`,
    );
  return percentEncode(text).replaceAll(/^\.+|\.{2,}/gu, (dots) => '%2E'.repeat(dots.length));
}

function withQuery(url: string, fields: readonly (readonly [string, string])[]): string {
  if (fields.length === 0) return url;
  const query = fields.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`;
}

/** As the platform reads it; the reason of a fault holds no value of it. */
function checked(url: string): string {
  const parsed = URL.parse(url);
  const isRight =
    parsed !== null &&
    /^https?:$/u.test(parsed.protocol) &&
    `${parsed.username}${parsed.password}` === '';
  if (isRight) return parsed.href;
  throw new RenderError(
    'http_manifest.render',
    'the URL cannot be read once its values are filled in',
  );
}

function serverUrl({ servers }: UrlManifest, scope: Scope): string {
  const [server] = servers ?? [];
  if (server === undefined)
    throw new RenderError(
      'http.invalid_server',
      'the URL is a path, and the manifest has no server',
    );
  const text = server.url.replaceAll(expression, (whole, name: string) => {
    const variable = server.variables?.[name];
    if (variable === undefined) return whole;
    const given = valueAt(scope, ['settings', name]);
    return variableValue(name, isEmpty(given) ? variable.default : given, variable);
  });
  return text.endsWith('/') ? text.slice(0, -1) : text;
}

function variableValue(
  name: string,
  value: unknown,
  { enum: values, pattern }: { readonly enum?: readonly string[]; readonly pattern?: string },
): string {
  const isRight =
    typeof value === 'string' &&
    /^[A-Za-z0-9._~-]+$/u.test(value) &&
    values?.includes(value) !== false &&
    (pattern === undefined || matchesWhole(pattern, value));
  if (isRight) return value;
  throw new RenderError(
    'http.invalid_server',
    `the setting "${name}" has no value that the server's address allows`,
  );
}
