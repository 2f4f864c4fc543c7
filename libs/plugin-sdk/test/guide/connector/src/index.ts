import type { ConnectorPlugin, ConnectorDataItem, PluginContext } from '@made-open/plugin-sdk';
import { paginate, requireConfig, withRetry } from '@made-open/plugin-sdk';
export const plugin: ConnectorPlugin = {
id: 'com.example.my-connector',
async *sync(context: PluginContext): AsyncGenerator<ConnectorDataItem> {
const apiKey = requireConfig(context, 'apiKey');
context.logger.info('my-connector: starting sync');
yield* paginate(async (cursor) => {
const url = cursor
? `https://api.example.com/contacts?cursor=${cursor}`
: 'https://api.example.com/contacts';
const response = await withRetry(() =>
context.http.get(url, { Authorization: `Bearer ${apiKey}` }),
);
const data = response as { contacts: unknown[]; nextCursor?: string };
const items = data.contacts.map((raw) => plugin.mapToUnifiedModel(raw));
return { items, nextCursor: data.nextCursor };
});
context.logger.info('my-connector: sync complete');
},
mapToUnifiedModel(rawItem: unknown): ConnectorDataItem {
const item = rawItem as { id: string; name: string; email: string };
return {
type: 'person',
externalId: item.id,
data: {
display_name: item.name,
emails: [item.email],
},
raw: item,
};
},
};
