import { integer, label, line, list, section } from './schema-parts.ts';
import { webhookSchema } from './webhook-schema.ts';

const prerelease = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';

const operator = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[a-z][A-Za-z0-9]{0,63}$',
      description: 'as rules call it, for example mentionsPrice',
    },
    description: line(500, 'one line'),
  },
};

const action = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[a-z][a-z0-9_]{0,63}$',
      description: 'lower-case words joined by _, for example send_fax',
    },
    description: line(500, 'one line'),
  },
};

const httpsUrl = (description: string): object => ({
  type: 'string',
  pattern: '^https://[^\\s\\u0000-\\u001f"<>\\\\#@]+$',
  maxLength: 2000,
  description,
});

const oauth = {
  type: 'object',
  additionalProperties: false,
  required: ['flow', 'tokenUrl'],
  properties: {
    flow: { enum: ['authorization_code', 'client_credentials'] },
    authorizationUrl: httpsUrl('where a person signs in, an https:// URL'),
    tokenUrl: httpsUrl('where tokens are issued, an https:// URL'),
    scopes: {
      type: 'array',
      maxItems: 100,
      items: { type: 'string', pattern: '^[\\u0021\\u0023-\\u005b\\u005d-\\u007e]{1,256}$' },
      description: 'what the account is asked for',
    },
    tokenProperty: {
      type: 'string',
      pattern: '^[A-Za-z_$][A-Za-z0-9_$-]{0,99}$',
      description: 'the config property that becomes the access token; accessToken unless given',
    },
  },
  description: 'how connections get access tokens; the client is registered by the operator',
};

/** The sections of a manifest that say how its connections run; the settings of a connection have the same bounds. */
export const schedulePolicyBounds = {
  overlap: ['skip', 'queue'],
  catchUp: ['once', 'none'],
  maxJitterSeconds: 3600,
} as const;
export const requestBudgetBounds = { maxRequests: 1_000_000, maxSeconds: 86_400 } as const;

const schedulePolicy = section(
  {
    overlap: { enum: schedulePolicyBounds.overlap },
    catchUp: { enum: schedulePolicyBounds.catchUp },
    jitterSeconds: integer(
      0,
      schedulePolicyBounds.maxJitterSeconds,
      'how much later than its time a run may begin',
    ),
  },
  'what becomes of times that come while a run is under way, or when nobody can keep them',
);

const requestBudget = {
  ...section(
    {
      requests: integer(1, requestBudgetBounds.maxRequests, 'how many requests'),
      perSeconds: integer(1, requestBudgetBounds.maxSeconds, 'in how many seconds'),
    },
    'how many requests the runs of one connection may send to the source together',
  ),
  required: ['requests', 'perSeconds'],
};

/** The slots of a space, of which each has one active provider at most. */
export const providerSlots = ['outbound', 'inbound', 'storage', 'auth'] as const;

const provider = {
  ...section(
    {
      slots: {
        type: 'array',
        minItems: 1,
        maxItems: providerSlots.length,
        uniqueItems: true,
        items: { enum: providerSlots },
        description: 'the slots that it can take',
      },
      poll: section(
        {
          initialDelaySeconds: integer(1, 86_400, 'before the first question; 10 unless given'),
          intervalSeconds: integer(1, 86_400, 'between the first two; 10 unless given'),
          multiplier: { type: 'number', minimum: 1, maximum: 10, description: '2 unless given' },
          maxIntervalSeconds: integer(1, 86_400, 'longest; 300 unless given'),
          maxDurationSeconds: integer(1, 604_800, 'when nobody asks any more; a day unless given'),
        },
        'how often get_status is asked until a fax is final',
      ),
      learnMore: httpsUrl('what operators read before they choose it, an https:// URL'),
    },
    'what makes it a provider, of faxes for example',
  ),
  required: ['slots'],
};

const required = {
  id: {
    type: 'string',
    pattern: `^${label}(\\.${label})*$`,
    maxLength: 128,
    description:
      'reverse-DNS name of lower-case letters, digits and -, for example com.example.my-connector',
  },
  name: line(100, 'one line of 1 to 100 characters'),
  version: {
    type: 'string',
    maxLength: 64,
    pattern: `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-${prerelease}(\\.${prerelease})*)?$`,
    description: 'semantic version without build metadata, for example 1.2.0',
  },
  type: { enum: ['connector', 'channel', 'operator'] },
  entrypoint: {
    type: 'string',
    maxLength: 200,
    pattern:
      '^(\\./)?([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\\.(ts|mts|js|mjs|py|json)$',
    description: "path inside the plugin's folder, for example ./index.ts",
  },
  permissions: {
    type: 'array',
    maxItems: 64,
    uniqueItems: true,
    items: { type: 'string', description: 'for example data:write:persons' },
  },
  configSchema: {
    type: 'object',
    description: 'JSON Schema, for example {"type":"object","properties":{}}',
  },
};

/** JSON Schema (draft 2020-12) of plugin.json. */
export const manifestSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Made Open plugin manifest',
  type: 'object',
  required: Object.keys(required),
  additionalProperties: false,
  properties: {
    ...required,
    description: { type: 'string', maxLength: 2000 },
    author: line(200, 'one line of 1 to 200 characters'),
    license: line(100, 'an SPDX identifier, for example Apache-2.0'),
    homepage: {
      type: 'string',
      pattern: '^https://[^\\s\\u0000-\\u001f"<>\\\\]+$',
      maxLength: 500,
      description: 'an https:// URL',
    },
    icon: {
      type: 'string',
      maxLength: 20_000,
      pattern: '^data:image/(png|svg\\+xml|webp);base64,[A-Za-z0-9+/=]+$',
      description: 'a data: URL of a PNG, SVG or WebP image in base64, at most 20,000 characters',
    },
    runtime: { enum: ['javascript', 'python', 'http'] },
    apiVersion: integer(1, 1000, 'version of the plugin API; 1 unless given'),
    checkpointVersion: integer(
      1,
      10_000,
      'form of the checkpoints that this version saves; raise it when older versions cannot read them; 1 unless given',
    ),
    migratesCheckpointsFrom: integer(
      1,
      9999,
      'the oldest checkpointVersion that migrateCheckpoint of this version reads',
    ),
    schedule: {
      type: 'string',
      maxLength: 100,
      pattern: '^(@(hourly|daily|weekly|monthly|yearly|annually)|[^\\s]+( [^\\s]+){4,5})$',
      description: 'cron expression, for example 0 6 * * 1-5; hourly when left out',
    },
    schedulePolicy,
    requestBudget,
    webhooks: list(8, webhookSchema, 'payloads that the plugin receives'),
    scaling: section(
      {
        min: integer(0, 100, 'runners kept when there is no work; 0 unless given'),
        max: integer(1, 100, 'most runners at a time'),
        concurrency: integer(1, 100, 'runs at a time in one runner'),
        targetWaitSeconds: integer(1, 86_400, 'longest that work should wait'),
        idleSeconds: integer(1, 86_400, 'how long a runner without work stays'),
      },
      'how many runners the plugin gets',
    ),
    limits: section(
      { memoryMb: integer(16, 256, 'memory of the isolate in MB; 64 unless given') },
      'limits of one run',
    ),
    oauth,
    channel: section(
      {
        type: {
          type: 'string',
          pattern: '^[a-z][a-z0-9-]{0,31}$',
          description: 'for example sms, chat or fax',
        },
        idempotentSends: {
          type: 'boolean',
          description:
            'the provider takes a repetition with the same idempotency key for the same message',
        },
        sendsByGet: {
          type: 'boolean',
          description:
            'the provider takes messages by GET: such a request is no question that may be asked again',
        },
      },
      'how messages go out',
    ),
    provider,
    operators: list(32, operator, 'predicates that rules may use'),
    actions: list(32, action, 'what the plugin can be asked to do'),
  },
} as const;
