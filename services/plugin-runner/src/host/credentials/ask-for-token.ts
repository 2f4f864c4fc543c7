import type { Egress, EgressResponse } from '@made-open/egress';
import {
  exchangeRequest,
  noToken,
  readToken,
  tokenRequest,
  type AuthPorts,
  type GivenToken,
  type TokenAuth,
  type TokenRequest,
} from '@made-open/http-manifest';
import { exchangedToken } from './exchanged-token.ts';

export interface Asking extends AuthPorts {
  /** Credentials and settings. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly egress: Pick<Egress, 'request'>;
  readonly signal: AbortSignal;
  /** The refresh token that came with the last token. */
  readonly rotated: string | undefined;
}

const answerBytes = 64 * 1024;
const withinMs = 20_000;

/** Asks where a manifest says for a token; under the grants, and told to nobody. */
export async function askForToken(auth: TokenAuth, asking: Asking): Promise<GivenToken> {
  if (auth.scheme === 'token_exchange') {
    const { config } = asking;
    const request = exchangeRequest(auth, { creds: config, settings: config });
    const response = await sent(request, asking);
    if (response.status < 200 || response.status > 299) throw noToken(response.status);
    return exchangedToken(auth, response);
  }
  const response = await sent(tokenRequest(auth, asking, asking.rotated), asking);
  return readToken(response.status, Buffer.from(response.body).toString());
}

function sent(
  { url, method, headers, body }: TokenRequest,
  { egress, signal }: Asking,
): Promise<EgressResponse> {
  return egress.request({
    url,
    method,
    headers,
    ...(body === '' && method === 'GET' ? {} : { body: Buffer.from(body) }),
    signal,
    timeoutMs: withinMs,
    maxResponseBytes: answerBytes,
    maxRedirects: 0,
  });
}
