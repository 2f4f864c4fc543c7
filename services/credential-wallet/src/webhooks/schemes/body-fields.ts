import { findField, formPayload, readPayload, type FormPart } from '@made-open/nest';
import { createHash } from 'node:crypto';
import type { WebhookRequest } from '../webhook-request.ts';

/** What the body of a request holds, as far as signatures need it. */
export interface BodyFields {
  /** By the content type of the request. */
  readonly isForm: boolean;
  readonly hasFiles: boolean;
  /** A text, number or truth value at names joined by dots; undefined when there is none. */
  field(path: string): string | undefined;
  /** Names and values without anything between them, in the order of the names; each value of a name once. */
  sortedParameters(): string;
  /** Names of files and the SHA-1 of their content, in the same way. */
  sortedFiles(): string;
}

export function bodyFields({ headers, body, form }: WebhookRequest): BodyFields {
  const type = headers['content-type'] ?? '';
  const payload = form === undefined ? readPayload(type, body) : formPayload(form);
  const parameters = (): (readonly [string, string])[] =>
    payload.kind === 'form'
      ? [...new URLSearchParams(body.toString())]
      : (form ?? []).filter(isText).map(({ name, value }) => [name, value]);
  const files = (form ?? []).filter(isFile);
  return {
    isForm: payload.kind === 'form' || payload.kind === 'multipart',
    hasFiles: files.length > 0,
    field: (path) => findField(payload, path),
    sortedParameters: () => joined(parameters()),
    sortedFiles: () => joined(files.map(({ name, content }) => [name, sha1(content)])),
  };
}

/** The fields of a form as Twilio, SignalWire and Phaxio sign them. */
export function joined(entries: readonly (readonly [string, string])[]): string {
  return [...Map.groupBy(entries, ([name]) => name)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, list]) => {
      const values = new Set(list.map(([, value]) => value));
      return [...values].toSorted().map((value) => name + value);
    })
    .join('');
}

type TextPart = Extract<FormPart, { readonly value: string }>;
type FilePart = Exclude<FormPart, TextPart>;

function isText(part: FormPart): part is TextPart {
  return 'value' in part;
}

function isFile(part: FormPart): part is FilePart {
  return !isText(part);
}

function sha1(content: Buffer): string {
  return createHash('sha1').update(content).digest('hex');
}
