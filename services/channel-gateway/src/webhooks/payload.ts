/** The body of a request, as far as its content type says how it is to be read. */
export type Payload =
  | { readonly kind: 'json' | 'form'; readonly value: unknown }
  | { readonly kind: 'text'; readonly value: string };

const decoder = new TextDecoder();

/** What is no JSON, though it says so, is text; as is everything else, multipart included. */
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
export function payloadJson(contentType: string, body: Uint8Array): string {
  const payload = readPayload(contentType, body);
  return payload.kind === 'json' ? decoder.decode(body) : JSON.stringify(payload.value);
}

/** What a path of names joined by dots leads to in a payload; empty when that is no text, number or truth value. */
export function fieldOf({ value }: Payload, path: string): string {
  let found: unknown = value;
  for (const name of path.split('.'))
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? Reflect.get(found, name)
        : undefined;
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

/** A field that came several times is a list. */
function formFields(text: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const [first = '', ...others] = parameters.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}
