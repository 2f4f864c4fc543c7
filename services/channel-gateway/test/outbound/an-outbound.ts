import { create } from '@bufbuild/protobuf';
import { Effect, InvocationResultSchema, type InvocationResult } from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { uuidv7 } from 'uuidv7';
import type { Outbound } from '../../src/outbound/outbound.ts';
import type { Submission } from '../../src/outbound/storage/outbound-store.ts';

export function anOutbound(of: Partial<Outbound> = {}): Outbound {
  const now = new Date('2026-01-01T00:00:00.000Z');
  return {
    id: uuidv7(),
    spaceId: 'default',
    connectionId: 'connection-1',
    pluginId: 'com.example.channel',
    channelType: 'sms',
    kind: 'message',
    content: {
      to: '+15550001',
      from: '+15550002',
      body: 'Hello',
      threadId: '',
      attachments: [],
      attributes: {},
    },
    requestedBy: 'client000001',
    causedBy: [],
    state: 'queued',
    attempts: 0,
    mayHaveGone: false,
    externalId: '',
    threadId: '',
    providerStatus: '',
    error: undefined,
    createdAt: now,
    updatedAt: now,
    sentAt: undefined,
    deliveredAt: undefined,
    wakeAt: now,
    ...of,
  };
}

let keys = 0;

export function aSubmission(of: Partial<Outbound> = {}, key?: string): Submission {
  keys++;
  return {
    key: { spaceId: 'default', client: 'client000001', key: key ?? `key-${String(keys)}` },
    fingerprint: 'the same content',
    outbound: anOutbound(of),
    messages: [{ subject: 'communication.MessageQueued', payload: '[]' }],
  };
}

/** What a runner tells of an attempt that the provider took, unless it says otherwise. */
export function aResult(
  of: MessageInitShape<typeof InvocationResultSchema> = {},
): InvocationResult {
  return create(InvocationResultSchema, {
    connectionId: 'connection-1',
    effect: Effect.DONE,
    resultJson: '{"externalId":"SM1"}',
    ...of,
  });
}
