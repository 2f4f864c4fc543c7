import { aManifest } from '../../test/a-manifest.ts';
import { fakeContext, type FakeContext } from '../../test/fake-context.ts';
import type { HttpManifest, Webhook } from '../http-manifest.ts';
import type { Item } from './streams/map-entity.ts';
import { webhookHandler } from './take-webhook.ts';

const verification = { scheme: 'none', reason: 'test' } as const;

async function taken(
  webhook: Partial<Webhook>,
  payload: unknown,
  of: Partial<HttpManifest> = {},
): Promise<{ context: FakeContext; items: readonly Item[] }> {
  const manifest = aManifest({ webhooks: { hook: { verification, ...webhook } }, ...of });
  const context = fakeContext(() => ({}), {
    webhook: {
      id: 'd1',
      name: 'hook',
      headers: { 'x-event': 'x' },
      receivedAt: '2026-01-01T00:00:00Z',
    },
  });
  return { context, items: await webhookHandler(manifest)(payload, context) };
}

const sms = { capabilities: ['send_message'] };

describe('a webhook of states', () => {
  const webhook: Partial<Webhook> = {
    correlate: { provider_job_id: 'fax.id' },
    status: 'fax.status',
    status_map: { success: 'succeeded', failure: 'failed' },
    error: 'fax.error',
  };

  it('tells of a fax in the words of faxes', async () => {
    const { context, items } = await taken(webhook, {
      fax: { id: 5, status: 'failure', error: 'busy +1 555 010 0199' },
    });
    expect(context.events).toEqual([
      {
        subject: 'communication.StatusReported',
        payload: {
          externalId: '5',
          status: 'failed',
          providerStatus: 'failure',
          errorMessage: 'busy •••',
          errorCode: 'provider.failed',
        },
      },
    ]);
    expect(items).toEqual([]);
  });

  it('tells of a message in the words of messages', async () => {
    const statuses = ['success', 'failure', 'odd'].map(async (status) => {
      const { context } = await taken(webhook, { fax: { id: 'x', status } }, sms);
      return context.events.map(({ payload }) => payload);
    });
    expect(await Promise.all(statuses)).toMatchObject([
      [{ status: 'delivered' }],
      [{ status: 'failed' }],
      [],
    ]);
  });

  it('reads forms, and JSON within a field of one', async () => {
    const form: Partial<Webhook> = {
      correlate: { provider_job_id: { source: 'form', path: 'fax.id' } },
      status: { source: 'form', path: 'Status' },
      status_map: { ok: 'succeeded' },
    };
    const { context } = await taken(form, { fax: '{"id":9}', Status: 'ok' });
    expect(context.events).toMatchObject([{ payload: { externalId: '9', status: 'succeeded' } }]);
  });

  it('says nothing where the id or the state is not there', async () => {
    expect((await taken(webhook, { fax: { status: 'success' } })).context.events).toEqual([]);
    expect((await taken(webhook, 'no object')).context.events).toEqual([]);
  });

  it('splits a list into its events', async () => {
    const split: Partial<Webhook> = {
      split: '$[*]',
      correlate: { provider_job_id: 'id' },
      status: 'event',
      status_map: { delivered: 'succeeded', bounce: 'failed' },
    };
    const { context } = await taken(
      split,
      [
        { id: 'a', event: 'delivered' },
        { id: 'b', event: 'bounce' },
      ],
      sms,
    );
    expect(context.events).toMatchObject([
      { payload: { externalId: 'a', status: 'delivered' } },
      { payload: { externalId: 'b', status: 'failed' } },
    ]);
  });
});

describe('a webhook of what came in', () => {
  const message: NonNullable<Webhook['message']> = {
    when: { path: 'type', equals: 'message' },
    external_id: 'id',
    from: 'from',
    to: 'to',
    body: 'text',
    received_at: 'at',
  };

  it('tells of a message', async () => {
    const { context } = await taken(
      { message },
      { type: 'message', id: 7, from: '+1', to: '+2', text: 'Hi', at: 1_767_225_600 },
      sms,
    );
    expect(context.events).toEqual([
      {
        subject: 'communication.MessageReceived',
        payload: {
          channelType: 'chat',
          externalId: '7',
          from: '+1',
          to: ['+2'],
          body: 'Hi',
          receivedAt: '2026-01-01T00:00:00.000Z',
          attachments: [],
        },
      },
    ]);
    expect((await taken({ message }, { type: 'other', id: 7 }, sms)).context.events).toEqual([]);
  });

  it('tells of a fax with its file, in base64 or as a part (case 63)', async () => {
    const base64: Partial<Webhook> = {
      message: { external_id: 'id', from: 'from' },
      files: [{ name: 'fax.pdf', source: 'base64', path: 'file' }],
    };
    const { context } = await taken(base64, { id: 'f', from: '+1', file: 'JVBERi0x\nLjc=' });
    expect(Buffer.from(context.files.kept[0]?.body ?? '').toString()).toBe('%PDF-1.7');
    expect(context.events).toMatchObject([
      {
        subject: 'communication.FaxReceived',
        payload: {
          externalId: 'f',
          from: '+1',
          receivedAt: '2026-01-01T00:00:00Z',
          file: { file_id: 'kept1', name: 'fax.pdf' },
        },
      },
    ]);
    const part: Partial<Webhook> = {
      ...base64,
      files: [{ name: 'fax.pdf', source: 'part', path: 'file' }],
    };
    const file = { filename: 'x.pdf', content_type: 'application/pdf', base64: 'JVBERi0xLjc=' };
    const given = await taken(part, { id: 'f', file });
    expect(Buffer.from(given.context.files.kept[0]?.body ?? '').toString()).toBe('%PDF-1.7');
    expect(given.context.events).toMatchObject([
      { payload: { file: { file_id: 'kept1', name: 'x.pdf' } } },
    ]);
  });

  it('refuses a file that is not in base64', async () => {
    const files = [{ name: 'fax.pdf', source: 'base64', path: 'file' }] as const;
    const own = { external_id: 'id' };
    await expect(taken({ files, message: own }, { id: 'f', file: '***' })).rejects.toThrow(
      'not in base64',
    );
  });

  it('keeps no file of what is none, and tells of no state of what came in', async () => {
    const webhook: Partial<Webhook> = {
      message: { when: { path: 'fax.direction', equals: 'in' }, external_id: 'id' },
      files: [{ name: 'fax.pdf', source: 'base64', path: 'file' }],
      correlate: { provider_job_id: 'id' },
      status: 'status',
      status_map: { done: 'succeeded' },
    };
    const event = { id: 'f', status: 'done', file: 'JVBERi0xLjc=' };
    const sent = await taken(webhook, { ...event, fax: '{"direction":"out"}' });
    expect(sent.context.files.kept).toEqual([]);
    expect(sent.context.events.map(({ subject }) => subject)).toEqual([
      'communication.StatusReported',
    ]);
    const received = await taken(webhook, { ...event, fax: '{"direction":"in"}' });
    expect(received.context.files.kept).toHaveLength(1);
    expect(received.context.events.map(({ subject }) => subject)).toEqual([
      'communication.FaxReceived',
    ]);
  });
});

describe('a webhook of entities', () => {
  it('returns them', async () => {
    const map = { type: 'person', external_id: 'id', data: { display_name: 'name' } } as const;
    expect((await taken({ map }, { id: 1, name: 'Jo' })).items).toEqual([
      {
        type: 'person',
        externalId: '1',
        data: { display_name: 'Jo' },
        raw: { webhook: 'hook', record: { id: 1, name: 'Jo' } },
      },
    ]);
  });
});

describe('an unknown webhook', () => {
  it('is refused', async () => {
    const manifest = aManifest({ webhooks: { hook: { verification } } });
    const context = fakeContext(() => ({}), { webhook: { id: 'd', name: 'other', headers: {} } });
    await expect(webhookHandler(manifest)({}, context)).rejects.toThrow('no webhook "other"');
  });
});
