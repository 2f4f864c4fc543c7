import { FaxPlugin, type FaxAnswer, type FaxChannel, type FaxOptions } from '@made-open/plugin-sdk';
import { testSource } from '../test-source.ts';
import { pluginOf } from './fax-plugin.ts';
import { invocationSource } from './invocation-source.ts';

const file = { file_id: 'f1', name: 'a.pdf', mime_type: 'application/pdf', size_bytes: 3 };
const fax = { to: '+15550001', from: '+15550002', file, idempotencyKey: 'o1' };
const sending = { kind: 'fax', fax: JSON.stringify(fax) };
const asking = { kind: 'fax_question', jobId: 'j1', cancel: false };
const cancelling = { ...asking, cancel: true };

let told: unknown[];

class Acme extends FaxPlugin {
  override async initialize(config: Readonly<Record<string, unknown>>): Promise<void> {
    told.push(['initialize', config, this.context.config === config]);
  }
  override async shutdown(): Promise<void> {
    told.push('shutdown');
    throw new Error('not to be heard of');
  }
  override async sendFax(to: string, filePath: string, options: FaxOptions): Promise<FaxAnswer> {
    return { jobId: `${to} ${filePath} ${String(options.from)}` };
  }
  override async getStatus(jobId: string): Promise<FaxAnswer> {
    return { jobId, status: 'SUCCESS', pages: 2 };
  }
  override async cancelFax(): Promise<boolean> {
    return true;
  }
  override async handleWebhook(
    headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<FaxAnswer> {
    return { jobId: headers['x-job'], status: 'failed', error: JSON.stringify(body) };
  }
  override validateConfig(config: Readonly<Record<string, unknown>>): boolean {
    return config['key'] === 'right';
  }
}

const snakeCase = {
  send_fax: async (to: string, path: string, options: { from: string }) => ({
    job_id: `${to} ${path} ${options.from}`,
  }),
  get_status: async (id: string) => ({ job_id: id, status: 'SUCCESS', pages: 2 }),
  cancel_fax: async () => true,
};

const channel: FaxChannel = {
  sendFax: async ({ to, file: { file_id: id }, from }) => ({
    jobId: `${to} ${id} ${String(from)}`,
    status: 'accepted',
  }),
  getStatus: async (jobId, context) => {
    expect(context.config).toEqual({ key: 'right' });
    return { jobId, status: 'succeeded', pages: 2 };
  },
  cancelFax: async () => ({ status: 'cancelled' }),
};

async function call(exported: object, input: object): Promise<unknown> {
  let returned: unknown;
  const plugin = objectOf(pluginOf(exported));
  const calls = {
    ask: async (method: string, args: unknown): Promise<unknown> => {
      if (method === 'returned') returned = args;
      return method === 'invocation' ? input : null;
    },
  };
  await invocationSource(plugin, calls, contextOf).next();
  return returned;
}

const contextOf = (webhook?: unknown): object => ({
  config: { key: 'right' },
  webhook,
  emitEvent: async (subject: string, payload: unknown) => void told.push([subject, payload]),
});

function objectOf(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new Error('no plugin');
}

describe.each([
  ['a class as plugin', { plugin: Acme }],
  ['a class as default', { default: Acme }],
  ['a class of another name', { Acme, other: 1 }],
  ['an instance', { plugin: new Acme() }],
  ['an object in snake case', { plugin: snakeCase }],
  ['a FaxChannel', { default: channel }],
])('a fax provider exported as %s', (_, exported) => {
  beforeEach(() => {
    told = [];
  });

  it('sends, tells how a fax stands, and cancels', async () => {
    expect(await call(exported, sending)).toMatchObject({
      jobId: '+15550001 f1 +15550002',
      status: 'accepted',
    });
    expect(await call(exported, asking)).toMatchObject({
      jobId: 'j1',
      status: 'succeeded',
      pages: 2,
    });
    expect(await call(exported, cancelling)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a FaxPlugin', () => {
  beforeEach(() => {
    told = [];
  });

  it('is begun with its config before a call, and ended behind it', async () => {
    await call({ plugin: Acme }, sending);
    expect(told).toEqual([['initialize', { key: 'right' }, true], 'shutdown']);
  });

  it('tells what a webhook says of a fax', async () => {
    const webhook = { headers: { 'x-job': 'j9' } };
    await call({ plugin: Acme }, { kind: 'webhook', payload: '{"a":1}', webhook });
    expect(told).toContainEqual([
      'communication.StatusReported',
      {
        externalId: 'j9',
        status: 'failed',
        errorCode: '',
        errorMessage: '{"a":1}',
        providerStatus: 'failed',
      },
    ]);
  });

  it('is tested with its validateConfig', async () => {
    const plugin = objectOf(pluginOf({ plugin: Acme }));
    const calls = { ask: async (): Promise<unknown> => null };
    expect(await testSource(plugin, contextOf(), calls).next()).toEqual({ done: true });
    const wrong = { ...contextOf(), config: { key: 'wrong' } };
    await expect(testSource(plugin, wrong, calls).next()).rejects.toThrow('validateConfig');
  });

  it('has no context before a call', () => {
    expect(() => new Acme().context).toThrow('this.context');
  });

  it.each([
    [sending, 'sendFax'],
    [asking, 'getStatus'],
    [cancelling, 'cancelFax'],
  ])('says which function is missing for %j', async (input, name) => {
    await expect(call({ plugin: { id: 'x' } }, input)).rejects.toThrow(name);
  });
});
