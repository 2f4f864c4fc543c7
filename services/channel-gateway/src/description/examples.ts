const connectionId = '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e01';

function entity(number: number, type: string, fields: object): object {
  return {
    id: `01938c60-0000-7000-8000-00000000000${String(number)}`,
    type,
    ...fields,
    tags: number === 1 ? ['family'] : [],
    source: {
      connection_id: connectionId,
      plugin_id: 'com.example.contacts',
      external_id: `${type}-${String(number)}`,
      updated_at: '2026-01-30T17:45:00.000Z',
    },
    version: 1,
    created_at: '2026-01-31T08:00:00.000Z',
    updated_at: '2026-01-31T08:00:00.000Z',
  };
}

/** A person that two sources know. */
export const linkedPersonExample = {
  person_id: '01938c60-0000-7000-8000-000000000001',
  records: [1, 6].map((number) => ({
    id: `01938c60-0000-7000-8000-00000000000${String(number)}`,
    linked_by: 'email',
    href: `/v1/persons/01938c60-0000-7000-8000-00000000000${String(number)}`,
  })),
};

/** Whose the addresses of a message are. */
export const participantsExample = {
  participants: [
    {
      address: 'ada@example.com',
      person_id: linkedPersonExample.person_id,
      display_name: 'Ada Lovelace',
      href: `/v1/persons/${linkedPersonExample.person_id}/linked`,
    },
    { address: 'charles@example.com', person_id: null, display_name: null, href: null },
  ],
};

/** One entity of each type, by type. */
export const entityExamples: Readonly<Record<string, object>> = {
  person: entity(1, 'person', {
    display_name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    emails: ['ada@example.com'],
    phones: ['+442079460000'],
    organization: 'Analytical Engines',
    birthday: '1815-12-10',
  }),
  message: entity(2, 'message', {
    subject: 'Notes',
    body: 'The engine weaves algebraic patterns.',
    sender: 'ada@example.com',
    recipients: ['charles@example.com'],
    sent_at: '2026-01-30T17:45:00.000Z',
    channel_type: 'email',
    direction: 'inbound',
  }),
  calendar_event: entity(3, 'calendar_event', {
    title: 'Review',
    location: 'Room 4',
    starts_at: '2026-02-02T09:00:00.000Z',
    ends_at: '2026-02-02T10:00:00.000Z',
    time_zone: 'Europe/London',
    all_day: false,
    organizer: 'ada@example.com',
    attendees: ['charles@example.com'],
  }),
  document: entity(4, 'document', {
    title: 'Sketch of the Analytical Engine',
    text: 'Note G …',
    mime_type: 'text/plain',
    url: 'https://example.com/sketch.txt',
    path: '/notes/sketch.txt',
    size_bytes: 20480,
    authors: ['Ada Lovelace'],
  }),
  conversation: entity(5, 'conversation', {
    subject: 'Notes',
    participants: ['ada@example.com', 'charles@example.com'],
    channel_type: 'email',
    message_count: 2,
    first_message_at: '2026-01-30T17:45:00.000Z',
    last_message_at: '2026-01-30T18:02:00.000Z',
    last_message_id: '01938c60-0000-7000-8000-000000000002',
  }),
};

export const hitExample = {
  id: '01938c60-0000-7000-8000-000000000001',
  type: 'person',
  title: 'Ada Lovelace',
  marked_title: '\uE000Ada\uE001 Lovelace',
  snippet: '\uE000ada\uE001@example.com · +442079460000',
  score: 0.6079,
  connection_id: connectionId,
  plugin_id: 'com.example.contacts',
  href: '/v1/persons/01938c60-0000-7000-8000-000000000001',
};

const createdPerson = {
  specversion: '1.0',
  id: '01938c60-7d31-7b44-8f6e-2b8f0c6a5d02',
  source: '/etl',
  type: 'data.PersonCreated',
  time: '2026-01-02T00:00:00.000Z',
  datacontenttype: 'application/json',
  data: {
    entity: {
      entity_id: '01938c60-0000-7000-8000-000000000001',
      space_id: 'default',
      connection_id: connectionId,
      plugin_id: 'com.example.contacts',
      external_id: 'contact-1',
      version: 1,
    },
    person: { display_name: 'Ada Lovelace' },
  },
};

export const streamExample =
  'retry: 2000\n\nid: 4711\nevent: data.PersonCreated\n' +
  `data: ${JSON.stringify(createdPerson)}\n\n`;

interface ProblemExample {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance: string;
  readonly errors?: readonly object[];
}

const shared = { type: 'about:blank', instance: '/v1/persons' };

/** By status. */
export const problemExamples: Readonly<Record<number, ProblemExample>> = {
  400: {
    ...shared,
    title: 'Bad request',
    status: 400,
    detail: 'limit must be a whole number from 1 to 200',
    code: 'request.parameters_invalid',
    errors: [{ parameter: 'limit', detail: 'must be a whole number from 1 to 200' }],
  },
  401: {
    ...shared,
    title: 'Not authenticated',
    status: 401,
    detail: 'send a valid API key as "Authorization: Bearer mop_…"',
    code: 'key.unauthenticated',
  },
  403: {
    ...shared,
    title: 'Not allowed',
    status: 403,
    detail: 'the key lacks the scope data:read; ask for a key that has it',
    code: 'key.forbidden',
  },
  404: {
    ...shared,
    title: 'Not found',
    status: 404,
    detail: 'there is no person with this id',
    code: 'entity.not_found',
  },
  409: {
    ...shared,
    title: 'Conflict',
    status: 409,
    detail: 'this connection is paused; send again when an operator has made it active',
    code: 'connection.not_active',
  },
  422: {
    ...shared,
    title: 'Not valid',
    status: 422,
    detail: 'this Idempotency-Key was used for another request within a day; use a new key',
    code: 'idempotency.key_reused',
  },
  429: {
    ...shared,
    title: 'Too many requests',
    status: 429,
    detail: 'too many requests with this key',
    code: 'key.too_many_requests',
  },
  503: {
    ...shared,
    title: 'Not available now',
    status: 503,
    detail: 'the answer is not available at the moment; ask again',
    code: 'gateway.unavailable',
  },
};
