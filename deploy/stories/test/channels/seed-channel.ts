import type { PluginFiles } from '@made-open/sample';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The sample channel of the founding guide, word for word, with a manifest as its Twilio channel has. */
export function seedChannel(): PluginFiles {
  const manifest = {
    id: 'com.example.my-channel',
    name: 'My Channel',
    version: '0.1.0',
    type: 'channel',
    entrypoint: './index.ts',
    permissions: [
      'network:outbound:api.example.com',
      'network:inbound',
      'event:publish:communication.*',
      'data:read:persons',
      'data:write:messages',
      'data:write:conversations',
    ],
    configSchema: {
      type: 'object',
      properties: { apiKey: { type: 'string' } },
      required: ['apiKey'],
    },
  };
  return {
    manifest: JSON.stringify(manifest),
    sources: {
      'src/index.ts': read('../../../../libs/plugin-sdk/test/guide/channel/src/index.ts'),
    },
  };
}

/** An operator plugin, as its guide has it. */
export function wordsOperator(): PluginFiles {
  const manifest = {
    id: 'com.example.words',
    name: 'Words',
    version: '0.1.0',
    type: 'operator',
    entrypoint: './index.ts',
    permissions: [],
    configSchema: { type: 'object', properties: {} },
    operators: [{ name: 'hasWords', description: 'has at least so many words' }],
  };
  return {
    manifest: JSON.stringify(manifest),
    sources: { 'src/index.ts': read('../../plugins/has-words.ts') },
  };
}

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
}
