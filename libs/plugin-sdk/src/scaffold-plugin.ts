/** What to scaffold. */
export interface ScaffoldOptions {
  readonly pluginId: string;
  readonly pluginName: string;
  readonly type: 'connector' | 'channel';
  readonly author?: string;
  /** Where the caller will write the files; named in the README only. */
  readonly outDir?: string;
}

/** Files of a new plugin by their relative path: plugin.json, src/index.ts and README.md. Writes nothing. */
export function scaffoldPlugin(options: ScaffoldOptions): Record<string, string> {
  const manifest = {
    id: options.pluginId,
    name: options.pluginName,
    version: '0.1.0',
    type: options.type,
    entrypoint: './index.ts',
    permissions:
      options.type === 'connector'
        ? ['network:outbound:api.example.com', 'data:write:persons']
        : ['network:outbound:api.example.com', 'network:inbound', 'event:publish:communication.*'],
    configSchema: {
      type: 'object',
      properties: { apiKey: { type: 'string', writeOnly: true } },
      required: ['apiKey'],
    },
    ...(options.author === undefined ? {} : { author: options.author }),
  };
  return {
    'plugin.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'src/index.ts':
      options.type === 'connector'
        ? connectorSource(options.pluginId)
        : channelSource(options.pluginId),
    'README.md': readme(options),
  };
}

function connectorSource(id: string): string {
  return `import type { ConnectorDataItem, ConnectorPlugin, PluginContext } from '@made-open/plugin-sdk';
import { paginate, requireConfig, withRetry } from '@made-open/plugin-sdk';

export const plugin: ConnectorPlugin = {
  id: ${JSON.stringify(id)},

  async *sync(context: PluginContext): AsyncGenerator<ConnectorDataItem> {
    const apiKey = requireConfig(context, 'apiKey');
    yield* paginate(async (cursor) => {
      const url = \`https://api.example.com/contacts\${cursor ? \`?cursor=\${cursor}\` : ''}\`;
      const page = (await withRetry(() =>
        context.http.get(url, { Authorization: \`Bearer \${apiKey}\` }),
      )) as { contacts: unknown[]; nextCursor?: string };
      return { items: page.contacts.map((raw) => plugin.mapToUnifiedModel(raw)), nextCursor: page.nextCursor };
    });
  },

  mapToUnifiedModel(rawItem: unknown): ConnectorDataItem {
    const item = rawItem as { id: string; name: string; email: string };
    return {
      type: 'person',
      externalId: item.id,
      data: { display_name: item.name, emails: [item.email] },
      raw: item,
    };
  },
};
`;
}

function channelSource(id: string): string {
  return `import type { ChannelPlugin, OutboundMessage, PluginContext } from '@made-open/plugin-sdk';
import { requireConfig, withRetry } from '@made-open/plugin-sdk';

export const plugin: ChannelPlugin = {
  id: ${JSON.stringify(id)},
  channelType: ${JSON.stringify(id.split('.').at(-1) ?? id)},

  async handleIncomingEvent(payload: unknown, context: PluginContext): Promise<void> {
    const event = payload as { from: string; body: string; id: string };
    await context.emitEvent('communication.MessageReceived', { externalId: event.id, from: event.from, body: event.body });
  },

  async sendMessage(message: OutboundMessage, context: PluginContext): Promise<void> {
    const apiKey = requireConfig(context, 'apiKey');
    await withRetry(() =>
      context.http.post(
        'https://api.example.com/messages',
        { to: message.to, body: message.body },
        { Authorization: \`Bearer \${apiKey}\` },
      ),
    );
  },
};
`;
}

function readme({ pluginId, pluginName, type, outDir }: ScaffoldOptions): string {
  return `# ${pluginName}

A Made Open ${type}, id \`${pluginId}\`.

\`plugin.json\` declares what the plugin may do and what config it needs; \`src/index.ts\` is its code. Push it from ${outDir === undefined ? 'this folder' : `\`${outDir}\``}:

\`\`\`sh
curl -H "Authorization: Bearer $KEY" -F manifest=@plugin.json -F "source=@src/index.ts;filename=src/index.ts" http://127.0.0.1:4100/admin/v1/plugins
\`\`\`
`;
}
