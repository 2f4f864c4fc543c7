import { readMessage } from '@made-open/bus';
import { InvokeSchema } from '@made-open/contracts';
import { aConnection } from '../../../test/connections/connection-store.contract.ts';
import { anOutbound } from '../../../test/outbound/an-outbound.ts';
import type { Attachment, OutboundContent, OutboundKind } from '../outbound.ts';
import { beginAttempt } from './advance.ts';
import { sendCommand } from './announcements.ts';

const plain = { to: '+1', from: '', body: 'Hello', threadId: '', attachments: [], attributes: {} };
const file: Attachment = { fileId: 'f1', name: 'n', mimeType: 'text/plain', sizeBytes: 3 };

/** What a plugin gets. */
function contentOf(kind: OutboundKind, of: Partial<OutboundContent>, webhookUrl?: string): unknown {
  const outbound = anOutbound({ id: 'o1', kind, content: { ...plain, ...of } });
  const { attempt } = beginAttempt(outbound, 'a1', new Date(0));
  const { payload } = sendCommand({ outbound, attempt }, aConnection(), {
    urlOf: () => 'https://files.example/f1',
    webhookUrl,
  });
  const { work } = readMessage(InvokeSchema, Buffer.from(payload));
  if (work.case === 'message') return JSON.parse(work.value.messageJson);
  return work.case === 'call' ? JSON.parse(work.value.callJson) : undefined;
}

const claimed = {
  to: 'x',
  from: 'x',
  body: 'x',
  threadId: 'x',
  attachments: [{ file_id: 'of another space' }],
  idempotencyKey: 'x',
  webhookUrl: 'https://elsewhere.example',
};

describe('sendCommand', () => {
  it('gives a plugin no member of the platform that a client has made up', () => {
    const attributes = { ...claimed, priority: 'high' };
    expect(contentOf('message', { attributes })).toEqual({
      to: '+1',
      body: 'Hello',
      idempotencyKey: 'o1',
      priority: 'high',
    });
  });

  it('lets a client say what is to be read out in a call', () => {
    const attributes = { ...claimed, priority: 'high' };
    expect(contentOf('call', { attributes, body: '' })).toEqual({
      to: '+1',
      body: 'x',
      idempotencyKey: 'o1',
      priority: 'high',
    });
  });

  it('gives it what the platform says', () => {
    const content = { from: '+2', threadId: 't1', attachments: [file], attributes: claimed };
    expect(contentOf('message', content, 'https://gateway.example/webhooks/c')).toEqual({
      to: '+1',
      from: '+2',
      body: 'Hello',
      threadId: 't1',
      idempotencyKey: 'o1',
      webhookUrl: 'https://gateway.example/webhooks/c',
      attachments: [
        {
          file_id: 'f1',
          name: 'n',
          mime_type: 'text/plain',
          size_bytes: 3,
          url: 'https://files.example/f1',
        },
      ],
    });
  });
});
