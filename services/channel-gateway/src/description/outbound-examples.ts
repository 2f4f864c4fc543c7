const connectionId = '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e02';
const messageId = '01938c61-0000-7000-8000-000000000001';
const callId = '01938c61-0000-7000-8000-000000000002';

const shared = {
  state: 'sent',
  connection_id: connectionId,
  plugin_id: 'com.example.sms',
  to: '+442079460000',
  from: '+442079460999',
  attributes: {},
  external_id: 'SM7d0f',
  provider_status: 'sent',
  attempts: 1,
  error: null,
  requested_by: 'k3J9x0Qw2Lm1',
  created_at: '2026-01-31T08:00:00.000Z',
  updated_at: '2026-01-31T08:00:01.250Z',
  next_try_at: null,
  sent_at: '2026-01-31T08:00:01.250Z',
  delivered_at: null,
};

export const outboundExamples = {
  message: {
    id: messageId,
    type: 'outbound_message',
    ...shared,
    body: 'Your table is ready.',
    thread_id: null,
    attachments: [],
    href: `/v1/channels/${connectionId}/messages/${messageId}`,
  },
  call: {
    id: callId,
    type: 'outbound_call',
    ...shared,
    external_id: 'CA51aa',
    provider_status: 'ringing',
    attributes: { url: 'https://voice.example.com/greeting.xml' },
    href: `/v1/channels/${connectionId}/calls/${callId}`,
  },
};

export const outboundRequestExamples = {
  message: { to: '+442079460000', from: '+442079460999', body: 'Your table is ready.' },
  call: {
    to: '+442079460000',
    from: '+442079460999',
    attributes: { url: 'https://voice.example.com/greeting.xml' },
  },
};

/** As they were accepted. */
export function acceptedExample(kind: 'message' | 'call'): object {
  const { created_at: createdAt } = shared;
  return {
    ...outboundExamples[kind],
    state: 'queued',
    external_id: null,
    provider_status: null,
    attempts: 0,
    updated_at: createdAt,
    next_try_at: createdAt,
    sent_at: null,
  };
}
