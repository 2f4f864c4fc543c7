import { canaryEndCodes, canaryOutcomes } from '../versions/canary/canary.ts';
import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, texts, time, count, orNull } = kinds;

const flag = { type: 'boolean' };
const fields = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  additionalProperties: false,
});
const differences = objectSchema(
  {
    id: { ...text, description: 'id of the plugin' },
    from: text,
    to: text,
    permissions: fields({ added: texts, removed: texts }),
    config: {
      ...fields({
        added: texts,
        removed: texts,
        changed: texts,
        newly_required: texts,
        not_required: texts,
      }),
      description: 'fields of the config by name',
    },
    manifest: {
      type: 'array',
      description: 'what else plugin.json says otherwise; null: it says nothing',
      items: fields({ field: text, from: {}, to: {} }),
    },
    bundle: fields({ is_same: flag, from_bytes: count, to_bytes: count }),
  },
  {
    id: 'com.example.my-connector',
    from: '0.1.0',
    to: '0.2.0',
    permissions: { added: ['data:write:messages'], removed: [] },
    config: {
      added: ['folder'],
      removed: [],
      changed: ['apiKey'],
      newly_required: ['folder'],
      not_required: [],
    },
    manifest: [{ field: 'schedule', from: null, to: '@daily' }],
    bundle: { is_same: false, from_bytes: 2514, to_bytes: 2720 },
  },
);

const tally = fields({ runs: count, failed: count });
const runs = fields({ canary: tally, stable: tally });
const canary = objectSchema(
  {
    plugin_id: text,
    active_version: orNull(text),
    canary: orNull(
      fields({
        version: text,
        percent: { ...count, description: 'of a hundred runs' },
        min_runs: count,
        max_extra_failures: count,
        promote_after_runs: orNull(count),
        started_at: time,
        runs: { ...runs, description: 'that have ended since, under it and under the active one' },
      }),
    ),
    last: orNull(
      fields({
        version: text,
        outcome: { type: 'string', enum: canaryOutcomes },
        code: { ...orNull(text), enum: [...canaryEndCodes, null] },
        reason: text,
        ended_at: time,
        runs,
      }),
    ),
  },
  {
    plugin_id: 'com.example.my-connector',
    active_version: '0.1.0',
    canary: {
      version: '0.2.0',
      percent: 10,
      min_runs: 3,
      max_extra_failures: 10,
      promote_after_runs: null,
      started_at: '2026-11-21T06:00:00.000Z',
      runs: { canary: { runs: 2, failed: 0 }, stable: { runs: 17, failed: 1 } },
    },
    last: null,
  },
);

/** Schemas of what the plugin routes answer and take. */
export const pluginSchemas = {
  Plugin: objectSchema(
    {
      id: text,
      name: text,
      type: { type: 'string', enum: ['connector', 'channel', 'operator'] },
      state: { type: 'string', enum: ['active', 'inactive'] },
      active_version: orNull(text),
      rollback_version: { ...orNull(text), description: 'what a rollback would activate' },
      canary_version: { ...orNull(text), description: 'tried out on a share of the runs' },
      approved_permissions: texts,
      created_at: time,
    },
    {
      id: 'com.example.my-connector',
      name: 'My Connector',
      type: 'connector',
      state: 'active',
      active_version: '0.1.0',
      rollback_version: null,
      canary_version: null,
      approved_permissions: ['data:write:persons', 'network:outbound:api.example.com'],
      created_at: '2026-11-21T06:00:00.000Z',
    },
  ),
  PluginPage: pageSchema('Plugin'),
  Version: objectSchema(
    {
      id: { ...text, description: 'id of the plugin' },
      version: text,
      digest: { ...text, description: 'SHA-256 of what was pushed' },
      bundle_digest: { ...text, description: 'SHA-256 of the script that runs' },
      bundle_bytes: count,
      state: { type: 'string', enum: ['awaiting_approval', 'inactive', 'canary', 'active'] },
      api_version: { ...count, description: 'of the plugin API' },
      fault: { ...orNull(text), description: 'why it does not run on this platform' },
      permissions_required: texts,
      permissions_added: { ...texts, description: 'asked for and not approved yet' },
      permissions_unused: { ...texts, description: 'approved, and not asked for by this version' },
      created_at: time,
    },
    {
      id: 'com.example.my-connector',
      version: '0.1.0',
      digest: '5b0c4e0f4f9c1c0e8f6c7ad0a9b0d4b8f2a1f7d8d4a6c1d57c8f1e4b3a2d9c60',
      bundle_digest: '9f2b7c15d7f64e8f1c9a5b3e7d2c4f60a1b8d9e3c5f7a2b4d6e8f0a1c3e5b7d9',
      bundle_bytes: 2514,
      state: 'awaiting_approval',
      api_version: 1,
      fault: null,
      permissions_required: ['network:outbound:api.example.com', 'data:write:persons'],
      permissions_added: ['network:outbound:api.example.com', 'data:write:persons'],
      permissions_unused: [],
      created_at: '2026-11-21T06:00:00.000Z',
    },
  ),
  VersionPage: pageSchema('Version'),
  Canary: canary,
  Differences: differences,
  Push: {
    type: 'object',
    required: ['manifest'],
    properties: {
      manifest: {
        type: 'string',
        format: 'binary',
        description: 'plugin.json, or an HTTP manifest, which has no source',
      },
      source: {
        type: 'array',
        items: { type: 'string', format: 'binary' },
        description: 'source files; the file name is the path in the plugin, as src/index.ts',
      },
      bundle: {
        type: 'string',
        format: 'binary',
        description: 'one ES module instead of source files',
      },
    },
  },
};
