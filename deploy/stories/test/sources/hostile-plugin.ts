import type { PluginFiles } from '@made-open/sample';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hostileHost } from './hostile-source.ts';

/** One file of `plugins/` with a manifest that asks for little. */
export function hostilePlugin(name: string, id = `com.example.${name}`): PluginFiles {
  const path = fileURLToPath(new URL(`../../plugins/${name}.ts`, import.meta.url));
  const text = { type: 'string' };
  const manifest = {
    id,
    name,
    version: '0.1.0',
    type: 'connector',
    entrypoint: './index.ts',
    permissions: [`network:outbound:${hostileHost}`, 'data:write:persons'],
    configSchema: {
      type: 'object',
      properties: { apiKey: { ...text, writeOnly: true }, path: text, victim: text },
      required: ['apiKey'],
    },
  };
  return {
    manifest: JSON.stringify(manifest),
    sources: { 'src/index.ts': readFileSync(path, 'utf8') },
  };
}
