import type { EgressResponse } from '@made-open/egress';
import { noToken, type GivenToken } from '@made-open/http-manifest';
import type { Extractor, TokenExchange } from '@made-open/http-manifest';

/** Reads what an exchange gave; nothing of the answer is shown. */
export function exchangedToken(auth: TokenExchange, response: EgressResponse): GivenToken {
  const token = found(auth.token, response);
  if (typeof token !== 'string' || token === '') throw noToken(response.status);
  const seconds = Number(auth.expires_in && found(auth.expires_in, response));
  return { token, ...(seconds > 0 ? { expiresInSeconds: seconds } : {}) };
}

function found(extractor: Extractor, { headers, body }: EgressResponse): unknown {
  const {
    source = 'body',
    path = '',
    name = '',
  } = typeof extractor === 'string' ? { path: extractor } : extractor;
  if (source === 'header') return headers[name.toLowerCase()];
  return valueAt(parsed(body), path);
}

/** `data.token`, `$.items[0].token`. */
function valueAt(tree: unknown, path: string): unknown {
  const names = path.replace(/^\$\.?/u, '').match(/[^.[\]]+/gu) ?? [];
  return names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? Reflect.get(value, name)
        : undefined,
    tree,
  );
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
