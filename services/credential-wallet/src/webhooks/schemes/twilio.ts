import { createHash, createHmac } from 'node:crypto';
import { joined } from './body-fields.ts';
import { isAnyOf, isSameText, refused, verified, wrongSignature } from '../verdict.ts';
import type { Scheme, WebhookRequest } from '../webhook-request.ts';

/** Twilio: HMAC-SHA1 over the public address and the fields of the form; of other bodies a hash stands in the address. */
export const twilio: Scheme = (request, secrets) => {
  const given = request.headers['x-twilio-signature'];
  if (given === undefined) return refused('it has no X-Twilio-Signature');
  const hash = new URL(request.url).searchParams.get('bodySHA256');
  if (hash !== null) {
    const own = createHash('sha256').update(request.body).digest('hex');
    if (!isSameText(hash, own)) return refused('its body is not the one of bodySHA256');
  } else if (request.body.length > 0 && !isForm(request))
    return refused('its body is no form, and its address has no bodySHA256');
  const fields = hash === null ? joined([...new URLSearchParams(request.body.toString())]) : '';
  const wanted = secrets.flatMap((secret) =>
    addresses(request.url).map((url) =>
      createHmac('sha1', secret).update(url).update(fields).digest('base64'),
    ),
  );
  return isAnyOf([given], wanted) ? verified : wrongSignature;
};

function isForm({ headers }: WebhookRequest): boolean {
  const type = headers['content-type'];
  return type === undefined || /^application\/x-www-form-urlencoded\s*(;|$)/iu.test(type);
}

/** Twilio signs the address with its port or without, by product. */
function addresses(url: string): string[] {
  const { protocol, port, host, hostname } = new URL(url);
  const rest = url.slice(url.indexOf('//') + 2).replace(/^[^/?#]*/u, '');
  const usual = protocol === 'https:' ? '443' : '80';
  const all = [url, `${protocol}//${hostname}${rest}`, `${protocol}//${host}${rest}`];
  return [...new Set([...all, `${protocol}//${hostname}:${port === '' ? usual : port}${rest}`])];
}
