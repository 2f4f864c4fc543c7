import type { Payload } from '@made-open/nest';
import type { Webhook } from '../connections/webhook.ts';
import { exactJson } from './exact-json.ts';
import type { WebhookRequest } from './webhook-request.ts';

/** What proves a sender, by name: it is of no use to a plugin, and must not lie in a stream. */
const proof =
  /auth|cookie|credential|passw|secret|signature|token|api-?key|(?:^|[-_])(?:hmac|sig|key)$/iu;
/** Of the way the request took. */
const transport =
  /^(?:accept.*|cdn-.*|cf-.*|connection|content-length|expect|forwarded|host|keep-alive|te|trailer|transfer-encoding|upgrade|via|x-forwarded-.*|x-real-ip)$/u;

/** The headers of a delivery as they are stored. */
export function storedHeaders(
  { signature }: Webhook,
  { headers }: WebhookRequest,
): Record<string, string> {
  const own = signature?.header?.toLowerCase();
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => name !== own && !proof.test(name) && !transport.test(name),
    ),
  );
}

export function storedQuery(
  { challenge }: Webhook,
  { query }: WebhookRequest,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).filter(([name]) => name !== challenge?.token && !proof.test(name)),
  );
}

/** The body as it came, but for the secrets that some schemes send in it, and what proves the sender. */
export function storedBody(
  { verify, signature }: Webhook,
  { body }: WebhookRequest,
  payload: Payload,
): Uint8Array {
  const strip = proofStripper(signature) ?? strippers[verify];
  if (strip === undefined || payload.kind === 'multipart') return body;
  if (typeof payload.value !== 'object' || payload.value === null) return body;
  if (payload.kind === 'form') return Buffer.from(formText(strip(payload.value)));
  const exact = exactJson(new TextDecoder().decode(body));
  if (typeof exact !== 'object' || exact === null) return body;
  return Buffer.from(JSON.stringify(strip(exact)));
}

type Stripper = (value: object) => object;

const strippers: Readonly<Record<string, Stripper>> = {
  'microsoft-graph': (value) =>
    'value' in value && Array.isArray(value.value)
      ? { ...value, value: value.value.map((entry: unknown) => without(entry, 'clientState')) }
      : value,
  slack: (value) => ({ ...value, token: undefined }),
  mailgun: (value) => ({ ...value, signature: undefined }),
};

/** Of a signature that stands in the body. */
function proofStripper(signature: Webhook['signature']): Stripper | undefined {
  const path = signature?.field?.split('.');
  return path === undefined ? undefined : (value) => withoutPath(value, path);
}

function withoutPath(value: object, [name = '', ...rest]: readonly string[]): object {
  if (!Object.hasOwn(value, name)) return value;
  const inner: unknown = Reflect.get(value, name);
  const isDeeper = rest.length > 0 && typeof inner === 'object' && inner !== null;
  return { ...value, [name]: isDeeper ? withoutPath(inner, rest) : undefined };
}

function without(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? { ...value, [name]: undefined }
    : value;
}

function formText(fields: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const text of [value].flat()) if (typeof text === 'string') parameters.append(name, text);
  return parameters.toString();
}
