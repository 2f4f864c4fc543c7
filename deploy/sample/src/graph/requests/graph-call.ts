import type { ChangeFeed, GraphEntity } from '../changes/change-feed.ts';
import { deltaPage, type DeltaRequest } from '../changes/delta-page.ts';
import { GraphError, noSuchItem, notAnswered } from './graph-error.ts';
import { clampPage, readQuery, selected, type Preferences } from './graph-query.ts';
import type { Mailbox } from '../mailbox/mailbox.ts';
import type { StoredFile } from '../mailbox/stored-file.ts';

/** A request that was let in. */
export interface GraphCall {
  readonly method: string;
  /** Behind the account, decoded: `['contacts', 'AAMk…']`. */
  readonly segments: readonly string[];
  readonly parameters: URLSearchParams;
  readonly preferences: Preferences;
  /** Properties of the body. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly mailbox: Mailbox;
}

export interface GraphReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Sent instead of a body. */
  readonly file?: StoredFile;
}

type Show = (entity: GraphEntity) => Record<string, unknown>;

const root = 'https://graph.microsoft.com/v1.0';
const usualPage = 10;

/** One entity, with the properties that were asked for. */
export function oneOf(call: GraphCall, entity: GraphEntity, show: Show): GraphReply {
  const { select } = readQuery(call.parameters);
  const context = `${root}/$metadata#users('${call.mailbox.owner.id}')/${call.segments[0] ?? ''}/$entity`;
  return { status: 200, body: { '@odata.context': context, ...selected(show(entity), select) } };
}

/** A page of a collection; `@odata.nextLink` skips what it showed. */
export function listOf(call: GraphCall, entities: readonly GraphEntity[], show: Show): GraphReply {
  const { select, top, skip, wantsCount, filter } = readQuery(call.parameters);
  if (filter !== undefined) throw notAnswered('$filter of a list');
  const size = clampPage(top ?? call.preferences.maxPageSize ?? usualPage);
  const value = entities.slice(skip, skip + size).map((entity) => selected(show(entity), select));
  const next = new URLSearchParams(call.parameters);
  next.set('$skip', String(skip + size));
  return {
    status: 200,
    body: {
      '@odata.context': contextOf(call),
      ...(wantsCount ? { '@odata.count': entities.length } : {}),
      value,
      ...(skip + size < entities.length
        ? { '@odata.nextLink': `${root}${pathOf(call.segments)}?${readable(next)}` }
        : {}),
    },
  };
}

/** A page of what changed in a collection. */
export function changesOf(
  call: GraphCall,
  feed: ChangeFeed,
  { kind, show }: Pick<DeltaRequest, 'kind' | 'show'>,
): GraphReply {
  const last = call.segments.at(-1) ?? '';
  const path = pathOf(call.segments.slice(0, -1));
  const inPath = /^delta\(token='([^']*)'\)$/u.exec(last)?.[1];
  const parameters = new URLSearchParams(call.parameters);
  if (inPath !== undefined) parameters.set('token', inPath);
  const { mailbox, preferences } = call;
  const page = deltaPage({
    mailbox,
    feed,
    path,
    parameters,
    maxPageSize: kind === 'drive' ? undefined : preferences.maxPageSize,
    kind,
    show,
  });
  const link =
    kind === 'drive'
      ? `${root}${path}/delta(token='${page.token}')`
      : `${root}${path}/delta?${page.link === 'next' ? '$skiptoken' : '$deltatoken'}=${page.token}`;
  return {
    status: 200,
    body: {
      '@odata.context': contextOf(call),
      [`@odata.${page.link}Link`]: link,
      value: page.value,
    },
  };
}

/** GET shows, PATCH changes, DELETE removes one entity of a collection. */
export function itemOf(call: GraphCall, feed: ChangeFeed, id: string, show: Show): GraphReply {
  const { method, mailbox, body } = call;
  if (method === 'PATCH') return oneOf(call, mailbox.update(feed, id, body), show);
  if (method === 'DELETE') {
    mailbox.remove(feed, id);
    return { status: 204 };
  }
  const entity = feed.get(id);
  if (method !== 'GET') throw wrongMethod();
  if (entity === undefined) throw noSuchItem();
  return oneOf(call, entity, show);
}

/** POST of a new entity. */
export function created(call: GraphCall, feed: ChangeFeed, more: object, show: Show): GraphReply {
  const entity = call.mailbox.create(feed, { ...call.body, ...more });
  return { ...oneOf(call, entity, show), status: 201 };
}

export function wrongMethod(): GraphError {
  return new GraphError(
    405,
    'Request_BadRequest',
    'Specified HTTP method is not allowed for the request target.',
  );
}

export function onlyGet({ method }: GraphCall): void {
  if (method !== 'GET') throw wrongMethod();
}

export function isDelta(segment: string | undefined): boolean {
  return /^(microsoft\.graph\.)?delta(\(.*\))?$/u.test(segment ?? '');
}

/** The annotations of Outlook's resources. */
export function outlookShow(type: string): Show {
  return (entity) => ({
    '@odata.type': `#microsoft.graph.${type}`,
    '@odata.etag': `W/${JSON.stringify(entity['changeKey'] ?? '')}`,
    ...entity,
  });
}

/** HTML unless text was preferred: what is stored is text. */
export function withBody(entity: Record<string, unknown>, wantsText: boolean): object {
  const body = entity['body'];
  if (typeof body !== 'object' || body === null || !('content' in body)) return entity;
  const content = String(body.content);
  if (wantsText) return { ...entity, body: { contentType: 'text', content } };
  const html = content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('\n', '<br>\r\n');
  return {
    ...entity,
    body: { contentType: 'html', content: `<html><head></head><body>${html}</body></html>` },
  };
}

function contextOf({ segments }: GraphCall): string {
  return `${root}/$metadata#Collection(${segments[0] ?? ''})`;
}

function pathOf(segments: readonly string[]): string {
  return `/me/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}

/** As Graph writes it: `$skip`, not `%24skip`. */
function readable(parameters: URLSearchParams): string {
  return parameters.toString().replaceAll('%24', '$');
}
