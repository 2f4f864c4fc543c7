import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { isObject, text, type Json } from './json.ts';
import { mapContact } from './contacts/map-contact.ts';
import { mapDocument } from './files/map-document.ts';
import { mapEvent } from './calendars/map-event.ts';
import { mapMessage } from './mail/map-message.ts';

/** Resources of Microsoft Graph that become items, as `@odata.type` names them. */
export const resourceTypes = {
  contact: '#microsoft.graph.contact',
  event: '#microsoft.graph.event',
  message: '#microsoft.graph.message',
  driveItem: '#microsoft.graph.driveItem',
} as const;

const maps: Readonly<Record<string, (raw: Json) => ConnectorDataItem>> = {
  [resourceTypes.contact]: mapContact,
  [resourceTypes.event]: mapEvent,
  [resourceTypes.message]: mapMessage,
  [resourceTypes.driveItem]: mapDocument,
};

/** Properties that only one of the resources has: Graph leaves `@odata.type` out where the address says it. */
const marks: readonly [string, keyof typeof resourceTypes][] = [
  ['emailAddresses', 'contact'],
  ['conversationId', 'message'],
  ['start', 'event'],
  ['parentReference', 'driveItem'],
];

/** One resource of Microsoft Graph as an item. */
export function mapRaw(raw: unknown): ConnectorDataItem {
  if (!isObject(raw)) throw new TypeError('a resource of Microsoft Graph is an object');
  const marked = marks.find(([name]) => raw[name] !== undefined)?.[1];
  const type = text(raw, '@odata.type') ?? (marked === undefined ? '' : resourceTypes[marked]);
  const map = maps[type];
  if (map === undefined)
    throw new TypeError(
      `the resource ${String(raw['id'])} is neither a contact, event, message nor drive item`,
    );
  return map(raw);
}
