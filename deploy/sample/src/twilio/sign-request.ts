import { createHmac } from 'node:crypto';

/**
 * The header `X-Twilio-Signature` of a form: HMAC-SHA1, under the auth token, over the whole address and behind it each name with its
 * value, in the order of the names.
 */
export function signRequest(
  authToken: string,
  url: string,
  fields: Readonly<Record<string, string>>,
): string {
  const signed = Object.entries(fields)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
  return createHmac('sha1', authToken).update(`${url}${signed}`, 'utf8').digest('base64');
}
