import type { PluginManifest } from './plugin-manifest.ts';
import { faxSource } from './scaffold-fax.ts';
import { channelSource, connectorSource, operatorSource, readme } from './scaffold-sources.ts';
import { validateManifest } from './validate-manifest.ts';

/** What to scaffold. */
export interface ScaffoldOptions {
  readonly pluginId: string;
  readonly pluginName: string;
  /** `fax` is a channel that provides faxes. */
  readonly type: PluginManifest['type'] | 'fax';
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
    'src/index.ts': sources[type](pluginId),
    'README.md': readme(manifest, options.outDir),
  };
}

const sources = {
  connector: connectorSource,
  channel: channelSource,
  operator: operatorSource,
  fax: faxSource,
} as const;

const withKey = {
  type: 'object',
  properties: { apiKey: { type: 'string', writeOnly: true } },
  required: ['apiKey'],
} as const;

/** What differs by type. */
const parts = {
  connector: {
    permissions: ['network:outbound:api.example.com', 'data:write:persons'],
    configSchema: withKey,
  },
  channel: {
    channel: { type: 'chat' },
    permissions: [
      'network:outbound:api.example.com',
      'network:inbound',
      'event:publish:communication.*',
      'data:write:messages',
    ],
    configSchema: withKey,
  },
  fax: {
    channel: { type: 'fax' },
    provider: { slots: ['outbound'] },
    actions: [{ name: 'send_fax' }, { name: 'get_status' }, { name: 'cancel_fax' }],
    permissions: ['network:outbound:api.example.com'],
    configSchema: withKey,
  },
  operator: {
    operators: [
      { name: 'containsAny', description: 'A text holds one of the words that the rule names' },
    ],
    permissions: [],
    configSchema: { type: 'object', properties: {} },
  },
} as const;

function manifestOf({ pluginId, pluginName, type, author }: ScaffoldOptions): PluginManifest {
  return {
    id: pluginId,
    name: pluginName,
    version: '0.1.0',
    type: type === 'fax' ? 'channel' : type,
    entrypoint: './index.ts',
    ...parts[type],
    ...(author === undefined ? {} : { author }),
  };
}
