const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });

/** JSON Schema (draft 2020-12) of plugin.json. */
export const manifestSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Made Open plugin manifest',
  type: 'object',
  required: ['id', 'name', 'version', 'type', 'entrypoint', 'permissions', 'configSchema'],
  additionalProperties: false,
  properties: {
    id: {
      type: 'string',
      pattern: `^${label}(\\.${label})*$`,
      maxLength: 128,
      description: 'reverse-DNS name in lower case, for example com.example.my-connector',
    },
    name: text(100),
    version: {
      type: 'string',
      pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?$',
      description: 'semantic version, for example 1.2.0',
    },
    type: { enum: ['connector', 'channel', 'operator'] },
    entrypoint: {
      type: 'string',
      pattern: '^\\./[A-Za-z0-9_./-]+\\.(ts|js|mjs|py|json)$',
      description: 'path relative to the plugin, for example ./index.ts',
    },
    permissions: { type: 'array', maxItems: 64, uniqueItems: true, items: { type: 'string' } },
    configSchema: { type: 'object' },
    description: text(2000),
    author: text(200),
    license: text(100),
    homepage: { type: 'string', pattern: '^https://', maxLength: 500 },
    icon: { type: 'string', maxLength: 20_000 },
    runtime: { enum: ['javascript', 'python', 'http'] },
    apiVersion: { type: 'integer', minimum: 1 },
    schedule: {
      type: 'string',
      maxLength: 100,
      description: 'cron expression; hourly unless given',
    },
    webhooks: { type: 'array', items: { type: 'object' } },
    scaling: {
      type: 'object',
      additionalProperties: false,
      properties: {
        min: { type: 'integer', minimum: 0, maximum: 100 },
        max: { type: 'integer', minimum: 1, maximum: 100 },
        concurrency: { type: 'integer', minimum: 1, maximum: 100 },
        targetWaitSeconds: { type: 'integer', minimum: 1 },
        idleSeconds: { type: 'integer', minimum: 1 },
      },
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      properties: {
        memoryMb: {
          type: 'integer',
          minimum: 16,
          maximum: 256,
          description: 'memory of the isolate, 64 unless given',
        },
      },
    },
    actions: { type: 'array', items: { type: 'object' } },
  },
} as const;
