import type { ManifestSignature } from '@made-open/manifest';
import { readForm } from '@made-open/nest';
import { createHmac } from 'node:crypto';
import { aRequest, url } from '../../../test/webhook-builders.ts';
import { verifyRequest } from '../schemes.ts';
import type { WebhookDeclaration, WebhookRequest } from '../webhook-request.ts';

const key = 'k3y-of-the-provider';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const mac = (algorithm: string, content: string) => createHmac(algorithm, key).update(content);
const signedBy = (signature: ManifestSignature): WebhookDeclaration => ({
  verify: 'hmac',
  signature,
});

async function verdict(
  webhook: WebhookDeclaration,
  request: Partial<WebhookRequest>,
): Promise<string> {
  const whole = aRequest(request);
  const parts = await readForm(whole.headers['content-type'] ?? '', whole.body);
  const { verified, reason } = verifyRequest(webhook, { ...whole, form: parts }, [key]);
  return verified ? 'verified' : reason;
}

describe('what is signed of a body', () => {
  it('takes no body of another kind behind the proof of an address and no fields', async () => {
    const proof = mac('sha1', url).digest('hex');
    const webhook = signedBy({
      header: 'X-Mac',
      algorithm: 'sha1',
      parts: ['url', 'sorted_form_params', 'sorted_file_sha1'],
    });
    const send = (type: string, text: string) =>
      verdict(webhook, {
        headers: { 'content-type': type, 'x-mac': proof },
        body: Buffer.from(text),
      });
    expect(await send(form['content-type'], '')).toBe('verified');
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=b'])
      expect(await send(type, '{"FaxStatus":"delivered"}')).toMatch(/is no form/u);
  });

  it('takes no form with files where only its fields are signed', async () => {
    const proof = mac('sha1', 'a1').digest('hex');
    const webhook = signedBy({ header: 'X-Mac', algorithm: 'sha1', parts: ['sorted_form_params'] });
    const part = (head: string, text: string) =>
      `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
    const send = (text: string) =>
      verdict(webhook, {
        headers: { 'content-type': 'multipart/form-data; boundary=b', 'x-mac': proof },
        body: Buffer.from(`${text}--b--\r\n`),
      });
    expect(await send(part('name="a"', '1'))).toBe('verified');
    const added = part('name="file"; filename="f.pdf"', '%PDF');
    expect(await send(part('name="a"', '1') + added)).toMatch(/has files/u);
  });

  it('reads the field of a form that the gateway reads', async () => {
    const proof = mac('sha256', 'T').digest('hex');
    const webhook = signedBy({ header: 'X-Mac', parts: [{ field: 'signature.token' }] });
    const send = (text: string) =>
      verdict(webhook, { headers: { ...form, 'x-mac': proof }, body: Buffer.from(text) });
    const inner = (token: string) => `signature=${encodeURIComponent(JSON.stringify({ token }))}`;
    expect(await send('signature.token=T')).toBe('verified');
    expect(await send(inner('T'))).toBe('verified');
    expect(await send(`signature.token=T&${inner('NEW')}`)).toBe('verified');
    expect(await send(`signature.token=NEW&${inner('T')}`)).toBe('its signature is wrong');
    expect(await send('signature.token=')).toBe('its signature is wrong');
    expect(await send('other=T')).toMatch(/which is signed/u);
  });
});
