import type { EntityMap, HttpManifest } from '../http-manifest.ts';
import { valueAt } from '../template/render-template.ts';
import { askAboutJob, sendFax } from './fax-functions.ts';
import type { RunContext } from './run-context.ts';
import { sendMessage } from './send-message.ts';
import { mapEntity, type Item } from './streams/map-entity.ts';
import { syncStreams } from './streams/sync-streams.ts';
import { isFax, webhookHandler } from './take-webhook.ts';
import { connectionTest } from './test-connection.ts';

/** What a manifest can do, as the plugin that a sandbox calls; a function is there when the manifest has what it needs. */
export type HttpPlugin = Readonly<Record<string, unknown>> & { readonly id: string };

/** The plugin of a checked manifest. */
export function httpPlugin(manifest: HttpManifest): HttpPlugin {
  const { webhooks = {}, streams = {} } = manifest;
  const test = connectionTest(manifest);
  return {
    id: manifest.id,
    channelType: isFax(manifest) ? 'fax' : 'chat',
    ...actionFunctions(manifest),
    ...(Object.keys(webhooks).length === 0
      ? {}
      : { handleIncomingEvent: webhookHandler(manifest) }),
    ...(Object.keys(streams).length === 0
      ? {}
      : { sync: (context: RunContext) => syncStreams(manifest, context) }),
    mapToUnifiedModel: (raw: unknown) => remapped(manifest, raw),
    ...(test === undefined ? {} : { testConnection: test }),
  };
}

function actionFunctions(manifest: HttpManifest): Readonly<Record<string, unknown>> {
  const actions = manifest.actions ?? {};
  const { send_fax: fax, get_status: status, cancel_fax: cancel, send_message: message } = actions;
  const functions = {
    sendFax: fax && sendFax(manifest, fax),
    getStatus: status && askAboutJob(manifest, status, 'unknown'),
    cancelFax: cancel && askAboutJob(manifest, cancel, 'cancelled'),
    sendMessage: message && sendMessage(manifest, message),
  };
  return Object.fromEntries(Object.entries(functions).filter(([, each]) => each !== undefined));
}

/** A stored record says which stream or webhook it came from. */
function remapped({ streams = {}, webhooks = {} }: HttpManifest, raw: unknown): Item {
  const map =
    valueAt(streams, [nameAt(raw, 'stream'), 'map']) ??
    valueAt(webhooks, [nameAt(raw, 'webhook'), 'map']);
  if (!isEntityMap(map))
    throw new Error('the stored record is of no stream or webhook that this version has');
  return mapEntity(map, valueAt(raw, ['record']), raw);
}

function nameAt(raw: unknown, key: string): string {
  const name = valueAt(raw, [key]);
  return typeof name === 'string' ? name : '';
}

/** The document was checked: what stands in that place has the fields of one. */
function isEntityMap(value: unknown): value is EntityMap {
  return typeof value === 'object' && value !== null && 'external_id' in value;
}
