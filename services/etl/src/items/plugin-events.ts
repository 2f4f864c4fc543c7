import { PluginEventEmittedSchema, pluginToken, routeSubject } from '@made-open/contracts';
import { allowsPublish } from '@made-open/manifest';
import type { Connection } from '../connections/connection.ts';
import { InvalidItemError } from '../errors.ts';
import type { EventBatches } from '../outbox/event-batches.ts';
import { checkJsonValue, parseJson } from './json-value.ts';

const maxPayloadBytes = 256 * 1024;
/** Written again, numbers may be longer than the plugin wrote them: 1e20 has four bytes and then 21. */
const maxEventBytes = 512 * 1024;

/**
 * Adds an event that the plugin emitted, under its own name: `data.PersonCreated` of a plugin must not be taken for etl's.
 * Throws InvalidItemError.
 */
export function addPluginEvent(
  batches: EventBatches,
  connection: Connection,
  { subject, line }: { subject: string; line: Uint8Array },
): void {
  if (!allowsPublish(connection.grants, subject))
    throw new InvalidItemError(
      `the permission event:publish:${subject.slice(0, 128)} is not approved`,
    );
  if (line.byteLength > maxPayloadBytes)
    throw new InvalidItemError(
      `the payload has more than ${String(maxPayloadBytes / 1024)} KiB; send less or a reference`,
    );
  const payload = parseJson(Buffer.from(line).toString('utf8'), 'payload');
  checkJsonValue(payload, 'payload');
  const { id, spaceId, pluginId } = connection;
  const data = JSON.stringify({
    plugin_id: pluginId,
    connection_id: id,
    space_id: spaceId,
    subject,
    payload,
  });
  if (data.length * 3 > maxEventBytes && Buffer.byteLength(data) > maxEventBytes)
    throw new InvalidItemError(
      `the payload has more than ${String(maxEventBytes / 1024)} KiB as it is published; send less or a reference`,
    );
  batches.add(routeSubject(PluginEventEmittedSchema, { plugin: pluginToken(pluginId), subject }), {
    about: JSON.stringify(id),
    data,
  });
}
