import type { ManifestSignature, ManifestSignedPart } from '@made-open/manifest';
import { createHash } from 'node:crypto';
import { timeFault } from '../verdict.ts';
import type { WebhookRequest } from '../webhook-request.ts';
import { bodyFields, type BodyFields } from './body-fields.ts';

/** What was signed, or why that cannot be said. */
export type SignedContent = { readonly parts: readonly (string | Buffer)[] } | { fault: string };

type NamedPart = Extract<ManifestSignedPart, string>;

interface Source {
  readonly request: WebhookRequest;
  readonly fields: BodyFields;
  readonly timestamp: string;
}

const named: Readonly<Record<NamedPart, (source: Source) => string | Buffer>> = {
  raw_body: ({ request }) => request.body,
  body_sha256: ({ request }) => createHash('sha256').update(request.body).digest('hex'),
  url: ({ request }) => request.url,
  method: ({ request }) => request.method,
  path: ({ request }) => new URL(request.url).pathname,
  query: ({ request }) => new URL(request.url).search.slice(1),
  timestamp: ({ timestamp }) => timestamp,
  sorted_form_params: ({ fields }) => fields.sortedParameters(),
  sorted_file_sha1: ({ fields }) => fields.sortedFiles(),
};

/** The parts that the manifest lists, in its order; without a list the body, behind its timestamp where there is one. */
export function signedContent(
  request: WebhookRequest,
  signature: ManifestSignature,
): SignedContent {
  const fields = bodyFields(request);
  const timestamp = timestampOf(request, signature, fields);
  if (typeof timestamp === 'object') return timestamp;
  const { parts } = signature;
  if (parts === undefined)
    return { parts: [...(timestamp === '' ? [] : [`${timestamp}.`]), request.body] };
  const fault = unsignedFault(request, parts, fields);
  if (fault !== undefined) return { fault };
  const contents = parts.map((part) => contentOf(part, { request, fields, timestamp }));
  const missing = contents.findIndex((content) => content === undefined);
  return missing === -1
    ? { parts: contents.filter((content) => content !== undefined) }
    : { fault: `it has no ${JSON.stringify(parts[missing])}, which is signed` };
}

/** Who has seen a request could put a body of another kind, or another file, behind the same fields. */
function unsignedFault(
  { body }: WebhookRequest,
  parts: readonly ManifestSignedPart[],
  { isForm, hasFiles }: BodyFields,
): string | undefined {
  const signs = (part: NamedPart): boolean => parts.includes(part);
  const isOfForms = signs('sorted_form_params') || signs('sorted_file_sha1');
  if (!isOfForms || signs('raw_body') || signs('body_sha256') || body.length === 0)
    return undefined;
  if (!isForm) return 'its body is no form, and only the fields of one are signed';
  if (hasFiles && !signs('sorted_file_sha1')) return 'it has files, which are not signed';
  return undefined;
}

/** The text that proves the sender, without its prefix. */
export function givenSignature(
  request: WebhookRequest,
  { header, field, prefix = '' }: ManifestSignature,
): string | undefined {
  const text =
    header === undefined
      ? bodyFields(request).field(field ?? '')
      : request.headers[header.toLowerCase()];
  return text?.startsWith(prefix) === true ? text.slice(prefix.length) : undefined;
}

function contentOf(part: ManifestSignedPart, source: Source): string | Buffer | undefined {
  if (typeof part === 'string') return named[part](source);
  if ('literal' in part) return part.literal;
  if ('header' in part) return source.request.headers[part.header.toLowerCase()];
  return source.fields.field(part.field);
}

/** Empty where the manifest names none. */
function timestampOf(
  { headers, now }: WebhookRequest,
  signature: ManifestSignature,
  fields: BodyFields,
): string | { fault: string } {
  const { timestampHeader, timestampField, timestampUnit = 's', toleranceSeconds } = signature;
  if (timestampHeader === undefined && timestampField === undefined) return '';
  const text =
    timestampHeader === undefined
      ? fields.field(timestampField ?? '')
      : headers[timestampHeader.toLowerCase()];
  const seconds = timestampUnit === 'ms' ? text?.replace(/\d{3}$/u, '') : text;
  const fault = timeFault(seconds, now, toleranceSeconds);
  return fault === undefined ? (text ?? '') : { fault };
}
