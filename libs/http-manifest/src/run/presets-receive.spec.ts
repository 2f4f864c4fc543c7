import { readFileSync } from 'node:fs';
import { fakeContext, type FakeContext } from '../../test/fake-context.ts';
import { readHttpManifest } from '../check/read-http-manifest.ts';
import { webhookHandler } from './take-webhook.ts';

async function taken(id: string, name: string, payload: unknown): Promise<FakeContext> {
  const folder = new URL('../../../plugins/providers/', import.meta.url);
  const manifest = readHttpManifest(readFileSync(new URL(`${id}/manifest.json`, folder), 'utf8'));
  const webhook = { id: 'd1', name, headers: {}, receivedAt: '2026-01-01T00:00:00Z' };
  const context = fakeContext(() => ({}), { webhook });
  await webhookHandler(manifest)(payload, context);
  return context;
}

const base64 = 'JVBERi0xLjc=';
const part = { filename: 'x.pdf', content_type: 'application/pdf', base64 };

describe('presets take in faxes (case 63)', () => {
  const fax = { id: '01GZ', direction: 'INBOUND', from: '+15550001', to: '+15550002' };

  it.each([
    ['JSON with the file in base64', { event: 'INCOMING_FAX', fax, file: base64 }],
    [
      'a form with the file as a part',
      { event: 'INCOMING_FAX', fax: JSON.stringify(fax), file: part },
    ],
  ])('sinch: %s', async (_, payload) => {
    const { files, events } = await taken('sinch', 'events', payload);
    expect(files.kept.map(({ body }) => Buffer.from(body).toString())).toEqual(['%PDF-1.7']);
    expect(events).toMatchObject([
      {
        subject: 'communication.FaxReceived',
        payload: {
          externalId: '01GZ',
          from: '+15550001',
          to: '+15550002',
          file: { file_id: 'kept1' },
        },
      },
    ]);
  });

  it('sinch: the copy of a fax that was sent is none', async () => {
    const payload = { event: 'FAX_COMPLETED', fax: { id: 'a', status: 'COMPLETED' }, file: base64 };
    const { files, events } = await taken('sinch', 'events', payload);
    expect(files.kept).toEqual([]);
    expect(events).toMatchObject([{ payload: { externalId: 'a', status: 'succeeded' } }]);
  });

  it('phaxio: by the direction', async () => {
    const received = {
      direction: 'received',
      fax: '{"id":7,"status":"success","from_number":"+15550001","to_number":"+15550002"}',
      file: part,
    };
    const given = await taken('phaxio', 'status', received);
    expect(given.files.kept).toHaveLength(1);
    expect(given.events).toMatchObject([
      {
        subject: 'communication.FaxReceived',
        payload: { externalId: '7', from: '+15550001', to: '+15550002' },
      },
    ]);
    const sent = await taken('phaxio', 'status', { ...received, direction: 'sent' });
    expect(sent.files.kept).toEqual([]);
    expect(sent.events).toMatchObject([{ subject: 'communication.StatusReported' }]);
  });
});
