import type { FormPart } from '@made-open/nest';
import { createHash } from 'node:crypto';
import type { WebhookRequest } from '../webhook-request.ts';

/** What the body of a request holds, as far as signatures need it. */
export interface BodyFields {
  /** A text, number or truth value at names joined by dots; undefined when there is none. */
  field(path: string): string | undefined;
  /** Names and values without anything between them, in the order of the names; each value of a name once. */
  sortedParameters(): string;
  /** Names of files and the SHA-1 of their content, in the same way. */
  sortedFiles(): string;
}

export function bodyFields({ headers, body, form }: WebhookRequest): BodyFields {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const isForm = type.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  const parameters = isForm
    ? [...new URLSearchParams(body.toString())]
    : (form ?? []).filter(isText).map(({ name, value }) => [name, value] as const);
  const files = (form ?? []).filter(isFile);
  return {
    field: (path) =>
      isForm || form !== undefined
        ? parameters.find(([name]) => name === path)?.[1]
        : jsonField(body, path),
    sortedParameters: () => joined(parameters),
    sortedFiles: () => joined(files.map(({ name, content }) => [name, sha1(content)])),
  };
}

/** The fields of a form as Twilio, SignalWire and Phaxio sign them. */
export function joined(entries: readonly (readonly [string, string])[]): string {
  return [...new Set(entries.map(([name]) => name))]
    .toSorted()
    .flatMap((name) => {
      const values = entries.filter(([other]) => other === name).map(([, value]) => value);
      return [...new Set(values)].toSorted().map((value) => name + value);
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

function jsonField(body: Buffer, path: string): string | undefined {
  let found: unknown = parsed(body);
  for (const name of path.split('.'))
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? Reflect.get(found, name)
        : undefined;
  return ['string', 'number', 'boolean'].includes(typeof found) ? String(found) : undefined;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function sha1(content: Buffer): string {
  return createHash('sha1').update(content).digest('hex');
}
