import { readForm, type FormPart } from '@made-open/nest';

/** The body of a request, as far as its content type says how it is to be read. */
export type Payload =
  | { readonly kind: 'json' | 'form' | 'multipart'; readonly value: unknown }
  | { readonly kind: 'text'; readonly value: string };

const decoder = new TextDecoder();

/** A form with files is an object, too: each file `{filename, content_type, base64}`. One that is not whole is text. */
export async function payloadOf(contentType: string, body: Uint8Array): Promise<Payload> {
  const form = await readForm(contentType, body);
  if (form === undefined) return readPayload(contentType, body);
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

/**
 * What a path of names joined by dots leads to in a payload; empty when that is no text, number or truth value. It leads into
 * a field of a form whose text is JSON, too.
 */
export function fieldOf({ kind, value }: Payload, path: string): string {
  let found: unknown = value;
  for (const name of path.split('.')) {
    const inner = kind !== 'json' && typeof found === 'string' ? jsonOr(found).value : found;
    found =
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? Reflect.get(inner, name)
        : undefined;
  }
  return ['string', 'number', 'boolean'].includes(typeof found) ? String(found) : '';
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
  const names = new Set(entries.map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = entries.filter(([other]) => other === name).map(([, value]) => value);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
