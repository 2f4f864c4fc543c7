import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { TrialCall } from '../../src/trial/trial-request.ts';
import { aProvider, fax, fileId, host, otherHost, pdf, sendingBy } from './documents.ts';
import { formOf, json, Provider } from './provider.ts';
import { trialOf, type Tried } from './trial-of.ts';

const auth = { scheme: 'bearer', token: 'creds.api_key' };
const config = { api_key: 'the-key-of-acme-fax' };
const question: TrialCall = { kind: 'fax_question', jobId: 'F1' };
let provider: Provider;
let other: Provider;

beforeAll(async () => {
  provider = await Provider.listen(host);
  other = await Provider.listen(otherHost);
});
afterAll(() => {
  provider?.close();
  other?.close();
});
beforeEach(() => {
  provider.reset();
  other.reset();
});

const tried = (changes: Readonly<Record<string, unknown>>, call?: TrialCall): Promise<Tried> =>
  trialOf(aProvider({ auth, ...changes }), config, [provider, other], call);

describe('a file', () => {
  it('comes with its bytes, its name and its type under any name of a part', async () => {
    expect((await tried({})).end).toMatchObject({ outcome: 'completed', effect: 'done' });
    const file = (await formOf(provider.last)).get('attachments');
    if (!(file instanceof File)) throw new Error('no file came');
    expect([file.name, file.type]).toEqual(['fax.pdf', 'application/pdf']);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(fileId);
  });

  it('comes in base64 within JSON', async () => {
    const document = { content: '{{ file | base64 }}', name: '{{ file.name }}' };
    const body = { kind: 'json', json: { to: '{{ to }}', documents: [document] } };
    expect((await tried(sendingBy({ body }))).end).toMatchObject({ effect: 'done' });
    const sent: { documents: { content: string; name: string }[] } = JSON.parse(
      String(provider.last.body),
    );
    expect(sent.documents).toEqual([{ content: pdf.toString('base64'), name: 'a.pdf' }]);
  });

  it.each([
    ['is not there', { file: { ...fax.file, file_id: 'ab'.repeat(32) } }, {}, 'file_unavailable'],
    ['is empty', { file: { ...fax.file, size_bytes: 0 } }, {}, 'file_unavailable'],
    ['is too large', {}, { limits: { max_request_bytes: 20 } }, 'file_too_large'],
    [
      'is larger than it says',
      { file: { ...fax.file, size_bytes: 1 } },
      { limits: { max_request_bytes: 20 } },
      'file_too_large',
    ],
  ])('that %s stops the fax before any request', async (_, change, changes, code) => {
    const { end } = await tried(changes, { kind: 'fax', fax: { ...fax, ...change } });
    expect(end).toMatchObject({ error: { code: `http.${code}` }, effect: 'none' });
    expect(provider.connections).toBe(0);
  });
});

it('a document is data in its sandbox, whatever it says', async () => {
  const description = 'O"Neil\u2028`${(() => { throw 1; })()}`\\"); throw 1; //</script>';
  const body = { kind: 'json', json: { to: '{{ to }}', note: description } };
  const { end } = await tried({ description, ...sendingBy({ body }) });
  expect(end).toMatchObject({ outcome: 'completed', effect: 'done' });
  expect(JSON.parse(String(provider.last.body))).toEqual({ to: fax.to, note: description });
});

describe('a request', () => {
  it('to a host or port that is not granted is not made', async () => {
    for (const permission of [`network:outbound:${otherHost}`, `network:outbound:${host}:8443`]) {
      const { manifest, ...assigned } = aProvider({ auth });
      const granted = { ...assigned, manifest: { ...manifest, permissions: [permission] } };
      const { end } = await trialOf(granted, config, [provider, other]);
      expect(end).toMatchObject({ error: { code: 'egress.host_not_granted' }, effect: 'none' });
    }
    expect([provider.connections, other.connections]).toEqual([0, 0]);
  });

  it.each([
    `https://${otherHost}/x`,
    'https://10.0.0.1/x',
    'https://localhost/x',
    'http://169.254.169.254/latest',
    '/elsewhere',
  ])('is not redirected to %s', async (location) => {
    provider.answer = (_request, response) => response.writeHead(302, { location }).end();
    const { end } = await tried({ allowed_domains: [host, otherHost] });
    expect(end).toMatchObject({ error: { code: 'egress.redirect_refused' }, effect: 'unknown' });
    expect([provider.received.length, other.connections]).toEqual([1, 0]);
  });

  it('is redirected once where the manifest allows it, without credentials to another origin', async () => {
    const changes = { allowed_domains: [host, otherHost], limits: { max_redirects: 1 } };
    const location = `https://${otherHost}/v2/faxes/F1`;
    provider.answer = (_request, response) => response.writeHead(302, { location }).end();
    other.answer = (_request, response) => json(response, 200, { status: 'sent' });
    const { end } = await tried(changes, question);
    expect(end).toMatchObject({ outcome: 'completed', result: { status: 'succeeded' } });
    expect(provider.last.headers.authorization).toBe('Bearer the-key-of-acme-fax');
    expect(other.last.headers).not.toHaveProperty('authorization');
    other.answer = (_request, response) => response.writeHead(302, { location }).end();
    expect((await tried(changes, question)).end).toMatchObject({
      error: { code: 'egress.redirect_refused' },
    });
  });

  it('is not redirected to a host that is not granted, however many redirects are allowed', async () => {
    const location = `https://${otherHost}/x`;
    provider.answer = (_request, response) => response.writeHead(302, { location }).end();
    const { end } = await tried({ limits: { max_redirects: 3 } }, question);
    expect(end).toMatchObject({ error: { code: 'egress.redirect_refused' } });
    expect(other.connections).toBe(0);
  });

  it('whose answer trickles in is ended as a whole, and its effect is unknown', async () => {
    provider.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const trickle = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(trickle));
    };
    const { end } = await tried({ timeout_ms: 4000 });
    expect(end).toMatchObject({ error: { code: 'egress.timeout' }, effect: 'unknown' });
    expect(provider.received).toHaveLength(1);
  });

  it.each([
    ['as it is', {}, Buffer.alloc(200_000, ' ')],
    ['when it is unpacked', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000))],
  ])('takes no answer that is larger than the manifest allows, %s', async (_, headers, body) => {
    provider.answer = (_request, response) => response.writeHead(200, headers).end(body);
    const { end } = await tried({ limits: { max_response_bytes: 100_000 } }, question);
    expect(end).toMatchObject({ error: { code: 'egress.response_too_large' } });
  });

  it('that found nobody did nothing, and one without an answer is not sent again', async () => {
    const away = await Provider.listen(host);
    away.close();
    const nobody = await trialOf(aProvider({ auth }), config, [away]);
    expect(nobody.end).toMatchObject({ error: { code: 'egress.connection' }, effect: 'none' });
    provider.answer = (_request, response) => response.destroy();
    const retry = { max_attempts: 3, policy: 'idempotent_only', backoff: { initial_ms: 1 } };
    const { end } = await tried({ retry });
    expect(end).toMatchObject({ outcome: 'failed', effect: 'unknown' });
    expect(provider.received).toHaveLength(1);
  });
});
