import { itemTables, type Manifest } from '@made-open/manifest';
import type { HttpManifest } from '../http-manifest.ts';
import { compileConfigSchema } from './compile-config-schema.ts';
import { compileProvider } from './compile-provider.ts';
import { compileWebhooks } from './compile-webhooks.ts';

/** File of the bundle: the checked document itself. */
const entrypoint = 'manifest.json';

/** The plugin.json of a provider that an HTTP manifest describes; it says nothing that the document does not. */
export function compilePluginManifest(manifest: HttpManifest): Manifest {
  const { id, name, version, description, author, license, homepage } = manifest;
  const webhooks = compileWebhooks(manifest);
  return {
    id,
    name,
    version,
    type: typeOf(manifest),
    entrypoint,
    runtime: 'http',
    permissions: permissionsOf(manifest),
    configSchema: compileConfigSchema(manifest),
    ...(description === undefined || description === '' ? {} : { description }),
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(webhooks.length === 0 ? {} : { webhooks }),
    ...budgetOf(manifest),
    ...scheduleOf(manifest),
    ...compileProvider(manifest),
    ...actionsOf(manifest),
  };
}

/** What sends or receives messages and faxes is a channel; what only draws records a connector. */
function typeOf({ categories }: HttpManifest): Manifest['type'] {
  return categories.every((category) => category === 'connector') ? 'connector' : 'channel';
}

function permissionsOf(manifest: HttpManifest): string[] {
  const { allowed_domains: domains, webhooks = {}, streams = {} } = manifest;
  const isChannel = typeOf(manifest) === 'channel';
  const mapped = [...Object.values(streams), ...Object.values(webhooks)].flatMap(
    ({ map }) => map ?? [],
  );
  const tables = new Set<string>(mapped.map(({ type }) => itemTables[type]));
  if (Object.values(webhooks).some(({ message }) => message !== undefined)) tables.add('messages');
  return [
    ...domains.map((domain) => `network:outbound:${domain}`),
    ...(Object.keys(webhooks).length > 0 ? ['network:inbound'] : []),
    ...(isChannel ? ['event:publish:communication.*'] : []),
    ...[...tables].toSorted().map((table) => `data:write:${table}`),
  ];
}

/** A channel is synced only where its manifest says when; a connector is anyway. */
function scheduleOf(manifest: HttpManifest): Pick<Manifest, 'schedule'> {
  const hasStreams = Object.keys(manifest.streams ?? {}).length > 0;
  return hasStreams && typeOf(manifest) === 'channel' ? { schedule: '@hourly' } : {};
}

/** Whole seconds: a shorter time holds the same number of requests, or fewer. */
function budgetOf({ rate_limit: limit }: HttpManifest): Pick<Manifest, 'requestBudget'> {
  if (limit === undefined) return {};
  const perSeconds = Math.max(1, Math.ceil(limit.per_ms / 1000));
  const requests = Math.max(1, Math.floor((limit.requests * perSeconds * 1000) / limit.per_ms));
  return { requestBudget: { requests, perSeconds } };
}

function actionsOf({ actions = {} }: HttpManifest): Pick<Manifest, 'actions'> {
  const names = Object.keys(actions);
  return names.length === 0 ? {} : { actions: names.slice(0, 32).map((name) => ({ name })) };
}
