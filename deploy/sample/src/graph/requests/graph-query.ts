import { GraphError, notAnswered } from './graph-error.ts';

/** What a caller asks of a collection. */
export interface GraphQuery {
  readonly select: readonly string[] | undefined;
  readonly top: number | undefined;
  readonly skip: number;
  readonly filter: string | undefined;
  readonly wantsCount: boolean;
  readonly expand: readonly string[];
}

/** What a caller prefers. */
export interface Preferences {
  readonly maxPageSize: number | undefined;
  readonly wantsTextBodies: boolean;
  /** Named back in `Preference-Applied`. */
  readonly applied: readonly string[];
}

/** Options that this server would have to ignore are refused: an answer that looks right and is not helps nobody. */
const unsupported = ['$search', '$orderby', '$apply', '$format'];
const mostPerPage = 1000;

/** Reads OData query options; names are told apart without regard to case. Only what is `expandable` here may be expanded. */
export function readQuery(
  parameters: URLSearchParams,
  expandable: readonly string[] = [],
): GraphQuery {
  const options = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value]));
  const refused = unsupported.find((name) => options.has(name));
  if (refused !== undefined) throw notAnswered(`the query option ${refused}`);
  const expand = readNames(options.get('$expand')) ?? [];
  if (!expand.every((name) => expandable.includes(name)))
    throw notAnswered(`$expand of "${expand.join(',')}" here`);
  return {
    select: readNames(options.get('$select')),
    expand,
    top: readCount(options.get('$top'), '$top'),
    skip: readCount(options.get('$skip'), '$skip') ?? 0,
    filter: options.get('$filter'),
    wantsCount: options.get('$count') === 'true',
  };
}

/** Reads the header `Prefer`. */
export function readPreferences(header: string): Preferences {
  const size = /odata\.maxpagesize\s*=\s*"?(\d+)"?/iu.exec(header)?.[1];
  const wantsTextBodies = /outlook\.body-content-type\s*=\s*"?text"?/iu.test(header);
  const zone = /outlook\.timezone\s*=\s*"([^"]*)"/iu.exec(header)?.[1];
  if (zone !== undefined && zone !== 'UTC') throw notAnswered(`times in the time zone "${zone}"`);
  return {
    maxPageSize: size === undefined ? undefined : clampPage(Number(size)),
    wantsTextBodies,
    applied: [
      ...(wantsTextBodies ? ['outlook.body-content-type="text"'] : []),
      ...(zone === undefined ? [] : [`outlook.timezone="${zone}"`]),
      ...(size === undefined ? [] : [`odata.maxpagesize=${size}`]),
    ],
  };
}

export function clampPage(size: number): number {
  return Math.min(Math.max(Math.trunc(size), 1), mostPerPage);
}

/** The properties that were asked for; `id` and annotations are always there. */
export function selected(
  entity: Readonly<Record<string, unknown>>,
  select: readonly string[] | undefined,
): Record<string, unknown> {
  if (select === undefined) return { ...entity };
  const wanted = new Set(['id', ...select]);
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => wanted.has(name) || name.startsWith('@')),
  );
}

function readNames(text: string | undefined): string[] | undefined {
  return text?.split(',').map((name) => name.trim());
}

function readCount(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/u.test(text))
    throw new GraphError(
      400,
      'BadRequest',
      `Invalid value '${text.slice(0, 50)}' for ${name} query option found. The ${name} query option requires a non-negative integer value.`,
    );
  return Number(text);
}
