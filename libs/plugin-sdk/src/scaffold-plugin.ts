import type { PluginManifest } from './plugin-manifest.ts';
import { channelSource, connectorSource, readme } from './scaffold-sources.ts';
import { validateManifest } from './validate-manifest.ts';

/** What to scaffold. */
export interface ScaffoldOptions {
  readonly pluginId: string;
  readonly pluginName: string;
  readonly type: 'connector' | 'channel';
  readonly author?: string | undefined;
  /** Where the caller will write the files; named in the README only. */
  readonly outDir?: string | undefined;
}

/**
 * Files of a new plugin by their relative path: plugin.json, src/index.ts and README.md. Writes nothing; throws when the
 * platform would refuse the id, the name or the author.
 */
export function scaffoldPlugin(options: ScaffoldOptions): Record<string, string> {
  const { pluginId, type } = options;
  const manifest = manifestOf(options);
  const { errors } = validateManifest(manifest);
  if (errors.length > 0) throw new Error(`the plugin cannot be scaffolded: ${errors.join('; ')}`);
  return {
    'plugin.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'src/index.ts': type === 'connector' ? connectorSource(pluginId) : channelSource(pluginId),
    'README.md': readme(manifest, options.outDir),
  };
}

function manifestOf({ pluginId, pluginName, type, author }: ScaffoldOptions): PluginManifest {
  return {
    id: pluginId,
    name: pluginName,
    version: '0.1.0',
    type,
    entrypoint: './index.ts',
    permissions:
      type === 'connector'
        ? ['network:outbound:api.example.com', 'data:write:persons']
        : ['network:outbound:api.example.com', 'network:inbound', 'event:publish:communication.*'],
    configSchema: {
      type: 'object',
      properties: { apiKey: { type: 'string', writeOnly: true } },
      required: ['apiKey'],
    },
    ...(author === undefined ? {} : { author }),
  };
}
