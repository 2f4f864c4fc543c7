import { bodyOf, succeeded, type HostCalls } from './host-calls.ts';
import { GuestError } from './guest-error.ts';
import { freeze, get } from './primordials.ts';

interface Sent {
  readonly body?: unknown;
  readonly headers?: unknown;
}

/** `context.http`: the short methods resolve to the body and reject what is no 2xx; `request` gives the whole answer. */
export function guestHttp(calls: HostCalls): object {
  const send = async (method: string, url: unknown, { body, headers }: Sent): Promise<unknown> =>
    bodyOf(succeeded(await calls.http({ method, url, headers, ...sentBody(body) })));
  return freeze({
    get: (url: unknown, headers: unknown) => send('GET', url, { headers }),
    delete: (url: unknown, headers: unknown) => send('DELETE', url, { headers }),
    post: (url: unknown, body: unknown, headers: unknown) => send('POST', url, { body, headers }),
    put: (url: unknown, body: unknown, headers: unknown) => send('PUT', url, { body, headers }),
    patch: (url: unknown, body: unknown, headers: unknown) => send('PATCH', url, { body, headers }),
    request: (request: unknown) => wholeAnswer(calls, request),
  });
}

async function wholeAnswer(calls: HostCalls, request: unknown): Promise<object> {
  if (typeof request !== 'object' || request === null)
    throw new GuestError(
      'http.request',
      'http.request takes an object with url, method, headers and body',
    );
  const wantsBytes = get(request, 'responseType') === 'bytes';
  const saveAs = get(request, 'saveAs');
  const answer = await calls.http({
    method: get(request, 'method') ?? 'GET',
    url: get(request, 'url'),
    headers: get(request, 'headers'),
    ...(wantsBytes ? { wantsBytes } : {}),
    ...(saveAs === undefined ? {} : { saveAs: described(saveAs) }),
    ...contentOf(request),
    ...passedOn(request),
  });
  const { status, headers, file } = answer;
  if (file !== undefined) return { status, headers, body: null, file };
  const body = wantsBytes && saveAs === undefined ? bytesOf(answer.text) : bodyOf(answer);
  return { status, headers, body };
}

function described(file: unknown): object {
  if (typeof file !== 'object' || file === null)
    throw new GuestError('files.invalid', 'saveAs is an object with name and contentType, or {}');
  return { name: get(file, 'name'), contentType: get(file, 'contentType') };
}

/** `context.files`. */
export function guestFiles(calls: HostCalls): object {
  return freeze({
    save: async (file: unknown): Promise<unknown> => {
      const given = described(file);
      const body: unknown = typeof file === 'object' && file !== null ? get(file, 'body') : '';
      const content =
        body instanceof Uint8Array ? { body: base64Of(body), isBytes: true } : { body };
      return calls.ask('saveFile', { ...given, ...content });
    },
  });
}

/** Files that the host has stay there: it puts them into what is sent. */
function contentOf(request: object): object {
  const given = contents.filter((name) => get(request, name) !== undefined);
  if (given.length > 1)
    throw new GuestError(
      'http.request',
      `a request has only one of body, bodyFile, multipart and bodyPieces, not ${given.join(' and ')}`,
    );
  const name = given[0] ?? 'body';
  const content = get(request, name);
  switch (name) {
    case 'bodyFile':
      return { bodyFile: content, contentType: 'application/octet-stream' };
    case 'multipart':
      return { multipart: content };
    case 'bodyPieces':
      return { bodyPieces: content, contentType: 'application/json' };
    default:
      return sentBody(content);
  }
}

const contents = ['body', 'bodyFile', 'multipart', 'bodyPieces'] as const;

/** What the host reads as it is. */
function passedOn(request: object): object {
  const names = ['timeoutMs', 'maxResponseBytes', 'maxRedirects', 'maxRequestBytes', 'auth'];
  return Object.fromEntries(names.map((name) => [name, get(request, name)]));
}

/** Text and forms go out as they are, bytes too; anything else as JSON. */
function sentBody(body: unknown): object {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body, contentType: 'text/plain' };
  if (body instanceof URLSearchParams)
    return { body: body.toString(), contentType: 'application/x-www-form-urlencoded' };
  if (body instanceof Uint8Array)
    return { body: base64Of(body), isBytes: true, contentType: 'application/octet-stream' };
  return { body: JSON.stringify(body), contentType: 'application/json' };
}

const chunk = 8192;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk)
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(text);
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
