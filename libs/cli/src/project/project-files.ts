import { scaffoldPlugin } from '@made-open/plugin-sdk';

export interface NewProject {
  readonly id: string;
  readonly name: string;
  readonly type: 'connector' | 'channel' | 'operator' | 'fax';
  readonly author?: string | undefined;
  readonly runtime?: 'javascript' | 'python' | undefined;
}

/** Versions that a new project is tried with. */
const packages = {
  '@types/node': '24.19.2',
  typescript: '7.0.2',
  vitest: '5.1.1',
} as const;
const ownPackages = { '@made-open/cli': '0.1.0', '@made-open/plugin-sdk': '0.1.0' } as const;

/** Files of a new project by their path: those of the scaffold, and what it takes to check and test them. */
export function projectFiles({ id, name, type, author }: NewProject): Record<string, string> {
  return {
    ...scaffoldPlugin({ pluginId: id, pluginName: name, type, author }),
    'src/index.test.ts': tests[type],
    'tsconfig.json': json({
      compilerOptions: {
        strict: true,
        target: 'es2022',
        lib: ['es2022'],
        module: 'nodenext',
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
      },
      include: ['src'],
    }),
    '.gitignore': 'node_modules\nconfig.json\n',
  };
}

const scripts = { test: 'vitest run', validate: 'made-open validate' };
const pythonScripts = {
  test: 'PYTHONPATH=$(made-open python-sdk) python3 -m unittest',
  validate: 'made-open validate',
};

/** package.json of a new project, beside what is in it already. */
export function packageJson(
  present: Readonly<Record<string, unknown>>,
  { id, runtime }: Pick<NewProject, 'id' | 'runtime'>,
): string {
  const isPython = runtime === 'python';
  const part = (name: string): object => {
    const value = present[name];
    return typeof value === 'object' && value !== null ? value : {};
  };
  return json({
    name: id.split('.').at(-1) ?? id,
    private: true,
    ...present,
    // Without it TypeScript and Node take the sources for CommonJS.
    ...(isPython ? {} : { type: 'module' }),
    scripts: { ...(isPython ? pythonScripts : scripts), ...part('scripts') },
    devDependencies: {
      ...(isPython ? { '@made-open/cli': ownPackages['@made-open/cli'] } : ownPackages),
      ...(isPython ? {} : packages),
      ...part('dependencies'),
      ...part('devDependencies'),
    },
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const context = `function makeContext(overrides?: Partial<PluginContext>): PluginContext {
  return {
    config: { apiKey: 'test-key' },
    logger: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
    emitEvent: vi.fn(),
    data: { query: vi.fn().mockResolvedValue([]), getById: vi.fn().mockResolvedValue(null) },
    http: { get: vi.fn(), post: vi.fn() },
    ...overrides,
  };
}
`;

const connectorTest = `import type { ConnectorDataItem, PluginContext } from '@made-open/plugin-sdk';
import { describe, expect, it, vi } from 'vitest';
import { plugin } from './index.js';

${context}
describe('the connector', () => {
  it('yields the items of every page', async () => {
    const get = vi
      .fn()
      .mockResolvedValueOnce({ contacts: [{ id: '1', name: 'Ada', email: 'a@example.com' }], nextCursor: '2' })
      .mockResolvedValueOnce({ contacts: [{ id: '2', name: 'Bob', email: 'b@example.com' }] });
    const items: ConnectorDataItem[] = [];
    for await (const item of plugin.sync(makeContext({ http: { get, post: vi.fn() } }))) items.push(item);
    expect(items.map(({ externalId }) => externalId)).toEqual(['1', '2']);
  });

  it('maps a raw item', () => {
    expect(plugin.mapToUnifiedModel({ id: '42', name: 'Bob', email: 'bob@example.com' })).toMatchObject({
      type: 'person',
      externalId: '42',
      data: { display_name: 'Bob', emails: ['bob@example.com'] },
    });
  });
});
`;

const channelTest = `import type { PluginContext } from '@made-open/plugin-sdk';
import { describe, expect, it, vi } from 'vitest';
import { plugin } from './index.js';

${context}
describe('the channel', () => {
  it('sends a message', async () => {
    const post = vi.fn().mockResolvedValue({ id: 'm1' });
    const context = makeContext({ http: { get: vi.fn(), post } });
    expect(await plugin.sendMessage({ to: '+15550001', body: 'Hi' }, context)).toEqual({ externalId: 'm1' });
    expect(post).toHaveBeenCalledWith(
      'https://api.example.com/messages',
      { to: '+15550001', body: 'Hi' },
      { Authorization: 'Bearer test-key' },
    );
  });

  it('makes an event of what comes in', async () => {
    const emitEvent = vi.fn();
    await plugin.handleIncomingEvent({ id: '1', from: '+15550002', body: 'Yo' }, makeContext({ emitEvent }));
    expect(emitEvent).toHaveBeenCalledWith(
      'communication.MessageReceived',
      expect.objectContaining({ externalId: '1', from: '+15550002', body: 'Yo' }),
    );
  });
});
`;

const operatorTest = `import type { PluginContext } from '@made-open/plugin-sdk';
import { describe, expect, it, vi } from 'vitest';
import { plugin } from './index.js';

${context.replace("{ apiKey: 'test-key' }", '{}')}
describe('containsAny', () => {
  it.each([
    ['What is the PRICE?', ['price', 'cost'], true],
    ['Good morning', ['price', 'cost'], false],
    [42, ['price'], false],
  ])('of %j and %j is %j', async (fact, value, expected) => {
    expect(await plugin.operators.containsAny?.evaluate(fact, value, makeContext())).toBe(expected);
  });
});
`;

const faxTest = `import type { HostContext } from '@made-open/plugin-sdk';
import { describe, expect, it, vi } from 'vitest';
import { Provider } from './index.js';

function makePlugin(answer: unknown): { plugin: Provider; request: ReturnType<typeof vi.fn> } {
  const plugin = new Provider();
  const request = vi.fn().mockResolvedValue(answer);
  const http = { request, get: vi.fn().mockResolvedValue(answer) };
  plugin.context = { config: { apiKey: 'test-key' }, http } as unknown as HostContext;
  return { plugin, request };
}

const file = { file_id: 'f1', name: 'a.pdf', mime_type: 'application/pdf', size_bytes: 3 };

describe('the provider', () => {
  it('sends a fax with its file', async () => {
    const { plugin, request } = makePlugin({ status: 201, headers: {}, body: { id: 'job-1' } });
    expect(await plugin.sendFax('+15550100', 'f1', { file, idempotencyKey: 'k' })).toEqual({
      jobId: 'job-1',
      status: 'queued',
    });
    expect(request).toHaveBeenCalledWith(
      expect.objectContaining({
        headers: { Authorization: 'Bearer test-key' },
        multipart: [
          { name: 'to', value: '+15550100' },
          { name: 'file', file: 'f1', filename: 'a.pdf' },
        ],
      }),
    );
  });

  it.each([
    ['sent', 'succeeded'],
    ['what is this', 'unknown'],
  ])('takes the state %j for %j', async (state, status) => {
    const { plugin } = makePlugin({ state, pages: 2 });
    expect(await plugin.getStatus('job-1')).toMatchObject({ jobId: 'job-1', status, pages: 2 });
  });
});
`;

const tests = {
  connector: connectorTest,
  channel: channelTest,
  operator: operatorTest,
  fax: faxTest,
} as const;
