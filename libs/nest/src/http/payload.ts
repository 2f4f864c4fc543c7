import { readForm, type FormPart } from './read-form.ts';

/** The body of a request, as far as its content type says how it is to be read. */
export type Payload =
  | { readonly kind: 'json' | 'form' | 'multipart'; readonly value: unknown }
  | { readonly kind: 'text'; readonly value: string };

const decoder = new TextDecoder();

/** A form with files is an object, too: each file `{filename, content_type, base64}`. One that is not whole is text. */
export async function payloadOf(contentType: string, body: Uint8Array): Promise<Payload> {
  const form = await readForm(contentType, body);
  return form === undefined ? readPayload(contentType, body) : formPayload(form);
}

/** Of a form of type multipart/form-data that was read. */
export function formPayload(form: readonly FormPart[]): Payload {
  return { kind: 'multipart', value: byName(form.map((part) => [part.name, partValue(part)])) };
}

/** What is no JSON, though it says so, is text; as is everything else. */
export function readPayload(contentType: string, body: Uint8Array): Payload {
  const [type = ''] = contentType.split(';');
  const mediaType = type.trim().toLowerCase();
  const text = decoder.decode(body);
  if (mediaType === 'application/x-www-form-urlencoded')
    return { kind: 'form', value: formFields(text) };
  if (/^application\/(?:[\w.+-]+\+)?json$/u.test(mediaType)) return jsonOr(text);
  return { kind: 'text', value: text };
}

/** As plugins get it. */
export async function payloadJson(contentType: string, body: Uint8Array): Promise<string> {
  const payload = await payloadOf(contentType, body);
  return payload.kind === 'json' ? decoder.decode(body) : JSON.stringify(payload.value);
}

/** What `findField` finds; empty when that is nothing. */
export function fieldOf(payload: Payload, path: string): string {
  return findField(payload, path) ?? '';
}

/**
 * What a path of names joined by dots leads to in a payload, if that is a text, number or truth value. Of a form it is
 * the field of exactly this name, the first of several; only where there is none it leads into a field whose text is JSON. All
 * who read a field of a body read it here: where two read another one, a request that one has proven is a new one to the other.
 */
export function findField(payload: Payload, path: string): string | undefined {
  const { kind, value } = payload;
  const isForm = kind === 'form' || kind === 'multipart';
  const found =
    isForm && has(value, path) ? firstOf(Reflect.get(value, path)) : walk(payload, path);
  return ['string', 'number', 'boolean'].includes(typeof found) ? String(found) : undefined;
}

function walk({ kind, value }: Payload, path: string): unknown {
  let found: unknown = value;
  for (const name of path.split('.')) {
    const inner = kind !== 'json' && typeof found === 'string' ? jsonOr(found).value : found;
    found = has(inner, name) ? Reflect.get(inner, name) : undefined;
  }
  return found;
}

function has(value: unknown, name: string): value is object {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

/** The first of the fields that is there. */
export function firstFieldOf(payload: Payload, paths: readonly string[]): string {
  return paths.map((path) => fieldOf(payload, path)).find((text) => text !== '') ?? '';
}

function jsonOr(text: string): Payload {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'text', value: text };
  }
}

function formFields(text: string): Record<string, unknown> {
  return byName([...new URLSearchParams(text)]);
}

function partValue(part: FormPart): unknown {
  if ('value' in part) return part.value;
  const { filename, contentType, content } = part;
  return { filename, content_type: contentType, base64: content.toString('base64') };
}

/** A field that came several times is a list. */
function byName(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const lists = Map.groupBy(entries, ([name]) => name);
  return Object.fromEntries(
    [...lists].map(([name, list]) => {
      const values = list.map(([, value]) => value);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
