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
  SendResult,
} from '@made-open/plugin-sdk';
import { requireConfig } from '@made-open/plugin-sdk';

const channelType = 'chat';

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

  // Once: the platform sends again what surely was not sent.
  async sendMessage(message: OutboundMessage, context: PluginContext): Promise<SendResult> {
    const result = (await context.http.post(
      'https://api.example.com/messages',
      { to: message.to, body: message.body },
      authorization(context),
    )) as { id: string };
    return { externalId: result.id };
  },

  async placeCall(call: OutboundCall, context: PluginContext): Promise<CallResult> {
    const result = (await context.http.post(
      'https://api.example.com/calls',
      { to: call.to, from: call.from },
      authorization(context),
    )) as { callSid: string; status: string };
    return { callSid: result.callSid, status: result.status };
  },
};

function authorization(context: PluginContext): Record<string, string> {
  return { Authorization: \`Bearer \${requireConfig(context, 'apiKey')}\` };
}
`;
}

/** Code of a new operator. */
export function operatorSource(id: string): string {
  return `import type { OperatorPlugin } from '@made-open/plugin-sdk';

export const plugin: OperatorPlugin = {
  id: '${id}',

  // By the names that plugin.json lists under "operators".
  operators: {
    containsAny: {
      description: 'A text holds one of the words that the rule names',
      evaluate(fact: unknown, value: unknown): boolean {
        if (typeof fact !== 'string' || !Array.isArray(value)) return false;
        const text = fact.toLowerCase();
        return value.some((word) => typeof word === 'string' && text.includes(word.toLowerCase()));
      },
    },
  },
};
`;
}

/** What to do with the files. */
export function readme(manifest: PluginManifest, outDir: string | undefined): string {
  const { id, name, type } = manifest;
  const kind = manifest.provider === undefined ? type : 'fax provider';
  const place = outDir === undefined ? 'this folder' : codeSpan(outDir);
  const needsKey = type !== 'operator';
  const commands = [
    ...(needsKey ? ['export API_KEY=sample-key'] : []),
    'npx --no-install made-open push',
    'npx --no-install made-open approve --yes',
    `npx --no-install made-open connect${needsKey ? ' --env apiKey=API_KEY' : ''}`,
  ];
  return `# ${name}

A Made Open ${kind}, id \`${id}\`.

| file           | holds                                                                   |
| -------------- | ----------------------------------------------------------------------- |
| \`plugin.json\`  | what the plugin may do (\`permissions\`) and needs (\`configSchema\`)         |
| \`src/index.ts\` | its code; reaches the outside world only through the \`context\` it is given |

${nextStep(manifest)} Then, in ${place}, with the command line
(\`@made-open/cli\`) and the admin key of a platform in \`MADE_OPEN_KEY\`, push it, approve what it asks for and connect an account:

\`\`\`sh
${commands.join('\n')}
\`\`\`
${useOf(manifest)}`;
}

function nextStep({ type }: PluginManifest): string {
  return type === 'operator'
    ? 'Name your predicates in both files.'
    : 'Put the hosts of your service in place of `api.example.com`, in both files.';
}

/** What there is when it is connected. */
function useOf({ id, type, provider, operators = [] }: PluginManifest): string {
  const [operator] = operators;
  if (operator !== undefined)
    return `
A rule uses the predicate as \`plugin:${id}/${operator.name}\`.
`;
  if (provider !== undefined)
    return `
Then send a fax through the connection:

\`\`\`sh
npx --no-install made-open fax send +15550100 letter.pdf --connection <id>
\`\`\`
`;
  if (type !== 'channel') return '';
  return `
Enter the address of the connection's webhook at the provider: it ends in a token that proves the sender, since \`plugin.json\` declares
no signature under \`webhooks\`.
`;
}

/** Backticks and line breaks would end it. */
function codeSpan(text: string): string {
  return `\`${text.replaceAll(/[`\p{Cc}]/gu, '')}\``;
}
