import type { AuthRequest } from '@made-open/http-manifest';
import type { ContentPart, ContentPiece, RequestContent } from '../http/request-content.ts';
import type { WantedRequest } from '../http/wanted-request.ts';

interface DressedRequest extends AuthRequest {
  readonly multipart?: readonly ContentPart[];
  readonly bodyPieces?: readonly ContentPiece[];
}

/** Headers as they go out: egress says what is wrong with any other. */
export function textHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

export function otherHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => typeof value !== 'string'),
  );
}

/** As the auth of an HTTP manifest sees it; undefined for what is no request at all. */
export function authRequestOf(wanted: WantedRequest): DressedRequest | undefined {
  const { url, method, content } = wanted;
  if (typeof url !== 'string') return undefined;
  const headers = textHeaders(wanted.headers);
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const type = 'contentType' in content && !isTyped ? content.contentType : undefined;
  return {
    url,
    method,
    headers: { ...headers, ...(type === undefined ? {} : { 'Content-Type': type }) },
    ...partsOf(content),
  };
}

/** The other way round, with all that stays as it was. */
export function wantedRequestOf(request: DressedRequest, wanted: WantedRequest): WantedRequest {
  const { url, headers } = request;
  return {
    ...wanted,
    url,
    headers: { ...otherHeaders(wanted.headers), ...headers },
    content: contentOf(request, wanted.content),
  };
}

function partsOf(content: RequestContent): Partial<DressedRequest> {
  switch (content.kind) {
    case 'multipart':
      return { multipart: content.parts };
    case 'pieces':
      return { bodyPieces: content.pieces };
    case 'text':
      return { body: content.text };
    case 'none':
      return {};
    default:
      // Nothing can be put into it: a text that is neither JSON nor a form says so.
      return { body: '' };
  }
}

function contentOf(request: DressedRequest, content: RequestContent): RequestContent {
  const { multipart, bodyPieces, body } = request;
  if (content.kind === 'multipart' && multipart !== undefined)
    return { ...content, parts: multipart };
  if (content.kind === 'pieces' && bodyPieces !== undefined)
    return { ...content, pieces: bodyPieces };
  if (content.kind === 'text' && typeof body === 'string') return { ...content, text: body };
  if (content.kind === 'none' && body !== undefined)
    return { kind: 'text', text: JSON.stringify(body), contentType: 'application/json' };
  return content;
}
