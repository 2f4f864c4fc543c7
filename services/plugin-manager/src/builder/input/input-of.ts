import type { HttpManifest } from '@made-open/http-manifest';
import type { BuilderInput, ConnectionInput, Setting } from './builder-input.ts';
import { configSchemaOf } from './settings.ts';
import { isDeepStrictEqual } from 'node:util';

/** What has to be typed to get a manifest: the way back, for presets, drafts and what is installed. */
export function inputOf(manifest: HttpManifest): BuilderInput {
  const { manifest_version: _, capabilities, config_schema, ...others } = manifest;
  const { servers, allowed_domains, auth, credentials = [], ...rest } = others;
  const { timeout_ms, limits, rate_limit, retry, ...more } = rest;
  const { actions, webhooks, streams, ...basics } = more;
  const ofConnection = { servers, allowed_domains, auth, credentials };
  return {
    basics,
    target: 'http',
    connection: connectionOf({ ...ofConnection, timeout_ms, limits, rate_limit, retry }),
    ...settingsOf(config_schema),
    capabilities,
    ...partsOf({ actions, webhooks, streams }),
  };
}

function connectionOf(members: object): ConnectionInput {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}

function partsOf(members: object): Pick<BuilderInput, 'actions' | 'webhooks' | 'streams'> {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}

/** Rows where they say all of it. */
function settingsOf(
  schema: HttpManifest['config_schema'],
): Pick<BuilderInput, 'settings' | 'config_schema'> {
  if (schema === undefined) return {};
  const rows = rowsOf(schema);
  return rows !== undefined && isDeepStrictEqual(configSchemaOf(rows), schema)
    ? { settings: rows }
    : { config_schema: schema };
}

const ofRows: ReadonlySet<string> = new Set(['title', 'description', 'default', 'enum', 'pattern']);
const types = ['string', 'integer', 'number', 'boolean'] as const;

function rowsOf(schema: object): readonly Setting[] | undefined {
  const { properties, required }: { properties?: unknown; required?: unknown } = schema;
  if (typeof properties !== 'object' || properties === null) return undefined;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const rows = Object.entries(properties).map(([key, property]: [string, unknown]) => {
    const { type: named, ...more }: { type?: unknown } =
      typeof property === 'object' && property !== null ? property : {};
    const type = types.find((each) => each === named);
    if (type === undefined || !Object.keys(more).every((name) => ofRows.has(name)))
      return undefined;
    return { key, type, ...more, ...(needed.includes(key) ? { required: true } : {}) };
  });
  return rows.every((row) => row !== undefined) ? rows : undefined;
}
