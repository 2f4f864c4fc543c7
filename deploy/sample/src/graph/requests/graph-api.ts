import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Source } from '../../source-server.ts';
import { AccessTokens, hasScope } from './access-tokens.ts';
import { answerCalendar } from '../calendars/calendar-routes.ts';
import { answerContacts } from '../contacts/contact-routes.ts';
import { answerDrive } from '../files/drive-routes.ts';
import { GraphError, noSuchResource } from './graph-error.ts';
import { readPreferences } from './graph-query.ts';
import { answerMail } from '../mail/mail-routes.ts';
import { answerSubscriptions } from '../notifications/subscription-routes.ts';
import { Subscriptions } from '../notifications/subscriptions.ts';
import type { Mailbox } from '../mailbox/mailbox.ts';
import type { StoredFile } from '../mailbox/stored-file.ts';
import type { GraphCall, GraphReply } from './graph-call.ts';

/** One request that was answered. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Answers instead of the API, to the requests whose path it takes. */
export interface GraphFault {
  readonly status: 429 | 500 | 503 | 504;
  readonly retryAfterSeconds?: number;
  /** How many requests meet it; one unless given. */
  readonly times?: number;
  /** Which paths meet it; every one unless given. */
  readonly path?: RegExp;
}

const version = '/v1.0';
const maxBody = 4 * 1024 * 1024;

/** Which scope a request needs, by the first segment behind the account. */
const resources: Readonly<
  Record<
    string,
    { scope: string; answer: (call: GraphCall) => GraphReply; denied: readonly [string, string] }
  >
> = (() => {
  const outlook = [
    'ErrorAccessDenied',
    'Access is denied. Check credentials and try again.',
  ] as const;
  const contacts = { scope: 'Contacts.Read', answer: answerContacts, denied: outlook };
  const calendar = { scope: 'Calendars.Read', answer: answerCalendar, denied: outlook };
  const mail = { scope: 'Mail.Read', answer: answerMail, denied: outlook };
  const denied = [
    'accessDenied',
    'The caller does not have permission to perform the action.',
  ] as const;
  return {
    contacts,
    contactfolders: contacts,
    calendar,
    calendars: calendar,
    calendarview: calendar,
    events: calendar,
    messages: mail,
    mailfolders: mail,
    drive: { scope: 'Files.Read', answer: answerDrive, denied },
  };
})();

/** Microsoft Graph v1.0, as far as its documentation describes contacts, calendars, mail and files of one account. */
export class GraphApi implements Source {
  readonly mailbox: Mailbox;
  readonly tokens: AccessTokens;
  readonly subscriptions: Subscriptions;
  readonly requests: SeenRequest[] = [];
  readonly #faults: { fault: GraphFault; left: number }[] = [];
  readonly #onRequest: (seen: SeenRequest) => void;

  constructor(
    mailbox: Mailbox,
    tokens = new AccessTokens(),
    onRequest: (seen: SeenRequest) => void = () => undefined,
  ) {
    this.mailbox = mailbox;
    this.tokens = tokens;
    this.subscriptions = new Subscriptions(mailbox);
    this.#onRequest = onRequest;
  }

  /** The next requests meet this instead of an answer. */
  meet(fault: GraphFault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  /** Nothing goes wrong any more. */
  mend(): void {
    this.#faults.length = 0;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    const reply = await this.#reply(request, body);
    const seen = { method: request.method ?? 'GET', path, status: reply.status };
    this.requests.push(seen);
    this.#onRequest(seen);
    send(response, reply);
  }

  async #reply(request: IncomingMessage, body: string): Promise<GraphReply> {
    const requestId = randomUUID();
    const asked = request.headers['client-request-id'];
    const clientRequestId = typeof asked === 'string' ? asked : requestId;
    const ids = { 'request-id': requestId, 'client-request-id': clientRequestId };
    try {
      const reply = await this.#answer(request, body);
      return { ...reply, headers: { ...ids, ...reply.headers } };
    } catch (error) {
      const known =
        error instanceof GraphError
          ? error
          : new GraphError(500, 'generalException', 'An unspecified error has occurred.');
      return {
        status: known.status,
        headers: { ...ids, ...known.headers },
        body: known.body(requestId, clientRequestId),
      };
    }
  }

  async #answer(request: IncomingMessage, text: string): Promise<GraphReply> {
    const url = new URL(request.url ?? '/', 'https://graph.microsoft.com');
    const scopes = this.tokens.check(request.headers.authorization);
    this.#fail(url.pathname);
    const method = request.method ?? 'GET';
    const aboutSubscriptions = /^\/v1\.0\/subscriptions(?:\/([^/]+))?$/u.exec(url.pathname);
    if (aboutSubscriptions !== null)
      return answerSubscriptions(this.subscriptions, {
        method,
        id: aboutSubscriptions[1],
        body: readProperties(method, text),
        permit: (resource) => void permitted(resource.replace('me/', ''), 'GET', scopes),
      });
    const segments = segmentsOf(url.pathname, this.mailbox.owner.id);
    if (segments.length === 0) return this.#me(scopes);
    const answer = permitted(segments[0] ?? '', method, scopes);
    const preferences = readPreferences(String(request.headers['prefer'] ?? ''));
    const reply = answer({
      method,
      segments,
      parameters: url.searchParams,
      preferences,
      body: readProperties(method, text),
      mailbox: this.mailbox,
    });
    const applied = preferences.applied.join(', ');
    if (applied === '') return reply;
    return { ...reply, headers: { ...reply.headers, 'Preference-Applied': applied } };
  }

  #me(scopes: ReadonlySet<string>): GraphReply {
    if (!hasScope(scopes, 'User.Read'))
      throw new GraphError(
        403,
        'Authorization_RequestDenied',
        'Insufficient privileges to complete the operation.',
      );
    const context = 'https://graph.microsoft.com/v1.0/$metadata#users/$entity';
    return { status: 200, body: { '@odata.context': context, ...this.mailbox.owner } };
  }

  #fail(path: string): void {
    const met = this.#faults.find(
      ({ fault, left }) => left > 0 && (fault.path?.test(decodeURIComponent(path)) ?? true),
    );
    if (met === undefined) return;
    met.left--;
    const { status, retryAfterSeconds } = met.fault;
    const headers =
      retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
    const [code, message] = faults[status];
    throw new GraphError(status, code, message, { headers });
  }
}

const faults = {
  429: ['TooManyRequests', 'Too many requests; the application has been throttled.'],
  500: ['InternalServerError', 'An internal server error occurred. The operation failed.'],
  503: [
    'serviceNotAvailable',
    'The service is not available. Try the request again after a delay.',
  ],
  504: ['UnknownError', 'The server did not receive a timely response from an upstream server.'],
} as const;

/** What answers for a resource, when the token may ask it. */
function permitted(
  name: string,
  method: string,
  scopes: ReadonlySet<string>,
): (call: GraphCall) => GraphReply {
  const resource = resources[name.toLowerCase()];
  if (resource === undefined) throw noSuchResource(name);
  const scope = method === 'GET' ? resource.scope : `${resource.scope}Write`;
  const [code, message] = resource.denied;
  if (!hasScope(scopes, scope)) throw new GraphError(403, code, message);
  return resource.answer;
}

/** Segments behind `/me` or `/users/{id}`; `contacts('id')` and `contacts/id` are the same. */
function segmentsOf(pathname: string, ownerId: string): string[] {
  const all = pathname
    .replaceAll(/\('([^']*)'\)/gu, '/$1')
    .split('/')
    .filter((segment) => segment !== '');
  const [first, ...rest] = all.map(decodeURIComponent);
  if (`/${first ?? ''}` !== version)
    throw new GraphError(400, 'BadRequest', `Invalid version: ${(first ?? '').slice(0, 50)}.`);
  if (rest[0] === 'me') return rest.slice(1);
  if (rest[0] === 'users' && rest[1] === ownerId) return rest.slice(2);
  throw noSuchResource(rest[0] ?? '');
}

function readProperties(method: string, text: string): Readonly<Record<string, unknown>> {
  if (method === 'GET' || method === 'DELETE' || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below.
  }
  throw new GraphError(400, 'BadRequest', 'Unable to read JSON request payload.');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size <= maxBody) chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: GraphReply): void {
  const { contentType, content } = contentOf(reply);
  response.writeHead(reply.status, {
    ...reply.headers,
    'Cache-Control': 'private',
    ...(contentType === ''
      ? {}
      : { 'Content-Type': contentType, 'Content-Length': String(content.byteLength) }),
  });
  response.end(content);
}

function contentOf({ body, file }: GraphReply): StoredFile {
  if (file !== undefined) return file;
  if (body === undefined) return { contentType: '', content: Buffer.alloc(0) };
  const contentType =
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
  return { contentType, content: Buffer.from(JSON.stringify(body)) };
}
