import { makeCertificate } from '@made-open/testing';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { AuthorFolder } from './author-folder.ts';

const host = 'api.acme-fax.example';
const apiKey = 'key/of "Acme" fax';
const pdf = '%PDF-1.7 what is faxed';
const document = {
  manifest_version: 1,
  id: 'acme-fax',
  name: 'Acme Fax',
  version: '1.0.0',
  categories: ['outbound'],
  capabilities: ['send_fax'],
  allowed_domains: [host],
  auth: { scheme: 'bearer', token: 'creds.api_key' },
  actions: {
    send_fax: {
      method: 'POST',
      url: `https://${host}/v1/faxes`,
      body: {
        kind: 'multipart',
        parts: [
          { name: 'to', value: '{{ to }}' },
          { name: 'document', file: 'file' },
        ],
      },
      response: { job_id: 'id', default_status: 'queued' },
    },
  },
};

describe('made-open in a folder with an HTTP manifest', () => {
  const author = new AuthorFolder();
  const received: { authorization: string | undefined; body: string }[] = [];
  let server: Server;

  beforeAll(async () => {
    const { certificate, key } = await makeCertificate(host);
    server = createServer({ cert: certificate, key }, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { authorization } = request.headers;
        received.push({ authorization, body: String(Buffer.concat(parts)) });
        response.setHeader('content-type', 'application/json');
        response.end('{"id":"F1"}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const override = { [`${host}:443`]: { address: '127.0.0.1', port, ca: certificate } };
    author.write('hosts.json', JSON.stringify(override));
    author.write('config.json', JSON.stringify({ api_key: apiKey }));
    author.write('fax.json', JSON.stringify({ to: '+15550100' }));
    author.write('fax.pdf', pdf);
  });
  afterAll(() => {
    server?.close();
    author.clear();
  });

  it('says every fault of it', async () => {
    author.write('manifest.json', JSON.stringify({ ...document, allowed_domains: [] }));
    const { status, stderr } = await author.run(['validate']);
    expect(status).toBe(65);
    expect(stderr).toContain('/allowed_domains');
  });

  it('sends a fax as the platform does, and shows no credential', async () => {
    author.write('manifest.json', JSON.stringify(document));
    expect((await author.run(['validate'])).status).toBe(0);
    const args = ['invoke', 'sendFax', '--input', 'fax.json', '--file', 'fax.pdf'];
    const records = await author.records([...args, '--hosts', 'hosts.json']);
    expect(records.at(-1)).toMatchObject({
      kind: 'end',
      outcome: 'completed',
      result: { jobId: 'F1', status: 'queued' },
      effect: 'done',
    });
    expect(received).toEqual([
      { authorization: `Bearer ${apiKey}`, body: expect.stringContaining(pdf) as string },
    ]);
    expect(received[0]?.body).toContain('filename="fax.pdf"\r\nContent-Type: application/pdf');
    expect(JSON.stringify(records)).not.toContain('of \\"Acme');
  });
});
