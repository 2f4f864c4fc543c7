// src/index.test.ts
import { describe, it, expect, vi } from 'vitest';
import { plugin } from './index.js';
import type { PluginContext } from '@made-open/plugin-sdk';
function makeContext(overrides?: Partial<PluginContext>): PluginContext {
return {
config: { apiKey: 'test-key' },
logger: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
emitEvent: vi.fn(),
data: {
query: vi.fn().mockResolvedValue([]),
getById: vi.fn().mockResolvedValue(null),
},
http: {
get: vi.fn().mockResolvedValue({
contacts: [{ id: '1', name: 'Alice', email: 'alice@example.com' }],
nextCursor: undefined,
}),
post: vi.fn(),
},
...overrides,
};
}
describe('my-connector plugin', () => {
it('yields ConnectorDataItems from the API', async () => {
const context = makeContext();
const items = [];
for await (const item of plugin.sync(context)) {
items.push(item);
}
expect(items).toHaveLength(1);
expect(items[0]).toMatchObject({
type: 'person',
externalId: '1',
data: { display_name: 'Alice' },
});
});
it('mapToUnifiedModel maps raw item correctly', () => {
const raw = { id: '42', name: 'Bob', email: 'bob@example.com' };
const result = plugin.mapToUnifiedModel(raw);
expect(result.type).toBe('person');
expect(result.externalId).toBe('42');
expect(result.data['display_name']).toBe('Bob');
});
});
