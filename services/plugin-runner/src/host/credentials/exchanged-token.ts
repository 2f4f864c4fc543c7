import type { EgressResponse } from '@made-open/egress';
import {
  extractText,
  noToken,
  type GivenToken,
  type TokenExchange,
} from '@made-open/http-manifest';

/** Reads what an exchange gave; nothing of the answer is shown. */
export function exchangedToken(
  { token: place, expires_in: end }: TokenExchange,
  { status, headers, body }: EgressResponse,
): GivenToken {
  const answer = { status, headers, body: parsed(Buffer.from(body).toString()) };
  const token = extractText(place, answer) ?? '';
  if (token === '') throw noToken(status);
  const seconds = Number(extractText(end, answer));
  return { token, ...(seconds > 0 ? { expiresInSeconds: seconds } : {}) };
}

/** Text that is no JSON stays text: a form, or the token itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
