import type { PluginFiles } from '@made-open/sample';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A channel that makes a message of each delivery, in the order of its conversations. */
export function notingChannel(): PluginFiles {
  const manifest = {
    id: 'com.example.noting-channel',
    name: 'Noting channel',
    version: '0.1.0',
    type: 'channel',
    entrypoint: './index.ts',
    channel: { type: 'note' },
    permissions: [
      'network:inbound',
      'event:publish:communication.*',
      'data:write:messages',
      'data:write:conversations',
    ],
    webhooks: [{ verify: 'standard-webhooks', secret: 'secret', conversationKey: ['from'] }],
    configSchema: {
      type: 'object',
      properties: { secret: { type: 'string', writeOnly: true } },
      required: ['secret'],
    },
  };
  const path = fileURLToPath(new URL('../../../plugins/noting-channel.ts', import.meta.url));
  return {
    manifest: JSON.stringify(manifest),
    sources: { 'src/index.ts': readFileSync(path, 'utf8') },
  };
}
