import type { Action } from '@made-open/http-manifest';
import type { BuilderInput } from '../../src/builder/input/builder-input.ts';
import { anInput } from './an-input.ts';

const { basics, actions = {}, connection } = anInput();
const { send_fax = {}, get_status = {} } = actions;
const identified = (id: string): Partial<BuilderInput> => ({ basics: { ...basics, id } });
const sendAs = (changes: Action): Partial<BuilderInput> => ({
  actions: { ...actions, send_fax: { ...send_fax, ...changes } },
});

const webhook = {
  verification: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: 'creds.hook_key',
    signed_payload: ['raw_body'],
    signature: { header: 'X-Signature', encoding: 'hex' },
  },
  correlate: { provider_job_id: 'fax.id' },
  status: 'fax.state',
  status_map: { sent: 'succeeded', broken: 'failed' },
} as const;

/** What a wizard may be told, from the least to everything. */
export const inputVariants: Readonly<Record<string, Partial<BuilderInput>>> = {
  'send alone': { capabilities: ['send_fax'], actions: { send_fax } },
  'send and status': {
    capabilities: ['send_fax', 'get_status'],
    actions: { send_fax, get_status },
  },
  'send, status and cancel': {},
  'all of it': {
    capabilities: ['send_fax', 'get_status', 'cancel_fax', 'webhook'],
    webhooks: { status: webhook },
  },
  'an id that is a keyword': identified('class'),
  'an id that begins with a digit': identified('3com'),
  'a short id': identified('a1'),
  'an id with dots': identified('com.example.acme-fax'),
  'a form, with a credential in the query': {
    connection: {
      ...connection,
      auth: { scheme: 'api_key_query', query_name: 'key', value: 'creds.key' },
    },
    ...sendAs({
      body: {
        kind: 'form',
        fields: [
          { name: 'To', value: '{{ to | digits }}' },
          { name: 'From', value: '{{ from }}', omit_empty: true },
          { name: 'MediaUrl', value: '{{ file.url }}' },
        ],
      },
    }),
  },
  'a file as the body, its id in a header, and numbers for states': {
    connection: {
      ...connection,
      auth: { scheme: 'basic', username: 'creds.user', password: 'creds.password' },
    },
    actions: {
      ...actions,
      send_fax: {
        method: 'POST',
        url: '/faxes',
        query: [{ name: 'faxNumber', value: '{{ to }}' }],
        body: { kind: 'binary', file: 'file', content_type: 'application/pdf' },
        response: {
          success: { status: ['201'] },
          job_id: { source: 'header', name: 'Location', pattern: '/faxes/([0-9]+)$' },
        },
      },
      get_status: {
        ...get_status,
        response: {
          status: { path: 'status', type: 'string' },
          status_map: { '0': 'succeeded', '<0': 'in_progress', '>0': 'failed' },
        },
      },
    },
  },
  'JSON with the file in it, and a success that the body tells': {
    connection: {
      servers: [
        {
          url: 'https://{space}.acme.example',
          variables: { space: { pattern: '[a-z0-9-]{1,63}' } },
        },
      ],
      auth: { scheme: 'api_key_header', header_name: 'X-Key', value: 'creds.key', prefix: 'Key ' },
    },
    ...sendAs({
      headers: { 'X-Request': '{{ attempt_id }}' },
      body: {
        kind: 'json',
        json: {
          to: ['{{ to | digits | int }}'],
          document: { content: '{{ file | base64 }}', name: '{{ file.name }}' },
          urgent: true,
          quality: '{{ settings.quality | default("fine") }}',
          callback: '{{ callback_url | default("") }}',
        },
      },
      response: {
        success: { status: ['2xx'], when: [{ path: '$.ok', equals: true }] },
        job_id: "$.list[0]['fax-id']",
      },
    }),
  },
};

/** What people type who mean no good, or write more than Latin. */
export const hostileTexts: readonly string[] = [
  'x"""\nimport os\nos.abort()\n"""',
  '*/ process.abort(); /*',
  '${7*7} `+` ${process.abort()}',
  '</script><script>alert(1)</script>',
  "'; raise SystemExit(3) #",
  '\u{1f600}'.repeat(120),
  'a\u2028b\u2029c\u0007\u202e\ufeff\\',
  '__proto__',
  '‹: string›',
];
