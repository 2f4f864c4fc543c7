import type { PluginManifest } from './plugin-manifest.ts';

/** Code of a new connector: the sample of the author's guide. */
export function connectorSource(id: string): string {
  return `import type { ConnectorDataItem, ConnectorPlugin, PluginContext } from '@made-open/plugin-sdk';
import { paginate, requireConfig, withRetry } from '@made-open/plugin-sdk';

export const plugin: ConnectorPlugin = {
  id: '${id}',

  async *sync(context: PluginContext): AsyncGenerator<ConnectorDataItem> {
    const apiKey = requireConfig(context, 'apiKey');
    yield* paginate(async (cursor) => {
      const url = cursor
        ? \`https://api.example.com/contacts?cursor=\${encodeURIComponent(cursor)}\`
        : 'https://api.example.com/contacts';
      const page = (await withRetry(() =>
        context.http.get(url, { Authorization: \`Bearer \${apiKey}\` }),
      )) as { contacts: unknown[]; nextCursor?: string };
      const items = page.contacts.map((raw) => plugin.mapToUnifiedModel(raw));
      return { items, nextCursor: page.nextCursor };
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

/** Code of a new channel. */
export function channelSource(id: string): string {
  return `import type {
  CallResult,
  ChannelPlugin,
  OutboundCall,
  OutboundMessage,
  PluginContext,
} from '@made-open/plugin-sdk';
import { requireConfig, withRetry } from '@made-open/plugin-sdk';

const channelType = '${id.split('.').at(-1) ?? id}';

export const plugin: ChannelPlugin = {
  id: '${id}',
  channelType,

  async handleIncomingEvent(payload: unknown, context: PluginContext): Promise<void> {
    const event = payload as { id: string; from: string; body: string };
    await context.emitEvent('communication.MessageReceived', {
      channelType,
      externalId: event.id,
      from: event.from,
      body: event.body,
      receivedAt: new Date().toISOString(),
    });
  },

  async sendMessage(message: OutboundMessage, context: PluginContext): Promise<void> {
    await withRetry(() =>
      context.http.post(
        'https://api.example.com/messages',
        { to: message.to, body: message.body },
        authorization(context),
      ),
    );
  },

  async placeCall(call: OutboundCall, context: PluginContext): Promise<CallResult> {
    const result = (await withRetry(() =>
      context.http.post(
        'https://api.example.com/calls',
        { to: call.to, from: call.from },
        authorization(context),
      ),
    )) as { callSid: string; status: string };
    return { callSid: result.callSid, status: result.status };
  },
};

function authorization(context: PluginContext): Record<string, string> {
  return { Authorization: \`Bearer \${requireConfig(context, 'apiKey')}\` };
}
`;
}

/** What to do with the files. */
export function readme(manifest: PluginManifest, outDir: string | undefined): string {
  const { id, name, type } = manifest;
  const place = outDir === undefined ? 'this folder' : codeSpan(outDir);
  return `# ${name}

A Made Open ${type}, id \`${id}\`.

| file           | holds                                                                   |
| -------------- | ----------------------------------------------------------------------- |
| \`plugin.json\`  | what the plugin may do (\`permissions\`) and needs (\`configSchema\`)         |
| \`src/index.ts\` | its code; reaches the outside world only through the \`context\` it is given |

Put the hosts of your service in place of \`api.example.com\`, in both files. Then, in ${place}, with the command line
(\`@made-open/cli\`) and the admin key of a platform in \`MADE_OPEN_KEY\`, push it, approve what it asks for and connect an account:

\`\`\`sh
export API_KEY=sample-key
npx --no-install made-open push
npx --no-install made-open approve --yes
npx --no-install made-open connect --env apiKey=API_KEY
\`\`\`
`;
}

/** Backticks and line breaks would end it. */
function codeSpan(text: string): string {
  return `\`${text.replaceAll(/[`\p{Cc}]/gu, '')}\``;
}
