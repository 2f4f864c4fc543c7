import { readRecords } from '@made-open/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import type { CallAnswer, HostCalls } from '../src/host/open-calls.ts';
import {
  probeConfinement,
  pythonSandbox,
  spawnSandbox,
  type Confinement,
} from '../src/host/processes/sandbox-command.ts';
import { SandboxProcess } from '../src/host/processes/sandbox-process.ts';
import type { SandboxWork } from '../src/sandbox/messages.ts';
import { defaultLimits, type SandboxCode } from '../src/sandbox/sandbox-limits.ts';
import { pythonBundle, pythonRuntime } from './python-runtime.ts';

const plugin = pythonBundle(`
import asyncio
from madeopen_plugin import DataItem, HttpError

class Plugin:
    async def sync(self, context):
        yield DataItem('person', 'ä1', {'display_name': 'Ä'}, {'n': 1})
        await context.checkpoint.save({'after': 1})
        answers = await asyncio.gather(*(context.http.get(f'http://source.example/{n}') for n in range(5)))
        yield {'type': 'person', 'externalId': 'p2', 'data': {'answers': answers}, 'raw': await context.checkpoint.get()}
        await context.emit_event('connector.Seen', {'n': 2})
        yield {'type': 'person', 'externalId': 'p3', 'deleted': True}

    def map_to_unified_model(self, raw):
        return {'type': 'person', 'external_id': raw['id'], 'data': {'display_name': raw['name']}, 'raw': raw}

    async def send_message(self, message, context):
        await asyncio.sleep(0.01)
        answer = await context.http.post('http://source.example/send', {'text': message['text'], 'key': context.config['apiKey']})
        return {'external_id': answer['id']}

    def handle_webhook(self, payload, context):
        return [{'type': 'person', 'external_id': payload['id'], 'data': {}, 'raw': None}]

    async def test_connection(self, context):
        raise HttpError(401, {}, 'no')

    @property
    def operators(self):
        class Longer:
            def evaluate(self, fact, value, context): return len(fact) > value
        return {'longer': Longer()}

plugin = Plugin()
`);

describe('a plugin in Python', () => {
  let confinement: Confinement;
  let folder: string;

  beforeAll(async () => {
    confinement = await probeConfinement();
    folder = pythonRuntime();
  }, 300_000);

  /** What came of one piece of work, and what the host was asked. */
  async function work(kind: SandboxWork, answers: (method: string, args: unknown) => unknown) {
    const code: SandboxCode = { runtime: 'python', bundle: plugin, limits: defaultLimits };
    const sandbox = new SandboxProcess(code, () =>
      spawnSandbox(confinement, pythonSandbox(code, folder)),
    );
    const calls: { method: string; args: unknown }[] = [];
    const frames: Uint8Array[] = [];
    const host: HostCalls = {
      call: async (method, text): Promise<CallAnswer> => {
        const args: unknown = JSON.parse(text);
        calls.push({ method, args });
        return answerOf(method, await answers(method, args));
      },
      log: () => undefined,
    };
    try {
      sandbox.start({ apiKey: 'key' }, host, kind);
      for (let done = false; !done;) {
        const pulled = await sandbox.pullFrame({ maxItems: 500, maxSize: 262_144 });
        if (pulled.records !== undefined) frames.push(pulled.records);
        done = pulled.done;
      }
      return { calls, sections: frames.flatMap((frame) => readRecords(frame).sections) };
    } finally {
      sandbox.dispose();
      await sandbox.exited;
    }
  }

  it('yields items, events and checkpoints in their order, and asks at the same time', async () => {
    let open = 0;
    let most = 0;
    const { sections, calls } = await work('sync', async (method) => {
      if (method !== 'http') return null;
      most = Math.max(most, ++open);
      await wait(50);
      open--;
      return { n: most };
    });
    expect(most).toBe(5);
    expect(calls.filter(({ method }) => method === 'checkEvent')).toHaveLength(1);
    expect(sections.map(({ kind }) => kind)).toEqual([
      'item',
      'checkpoint',
      'item',
      'event',
      'delete',
    ]);
    expect(sections.flatMap((section) => ('ids' in section ? section.ids : []))).toEqual([
      'ä1',
      'p2',
      'p3',
    ]);
  });

  it('sends a message and says what came of it', async () => {
    const { calls } = await work('invocation', (method) =>
      method === 'invocation'
        ? { kind: 'message', message: JSON.stringify({ text: 'hello' }) }
        : { id: 'm1' },
    );
    expect(calls.find(({ method }) => method === 'http')?.args).toMatchObject({
      method: 'POST',
      body: '{"text":"hello","key":"key"}',
    });
    expect(calls.at(-1)).toEqual({ method: 'returned', args: { externalId: 'm1' } });
  });

  it('takes a webhook, whose items become records', async () => {
    const { sections } = await work('invocation', () => ({
      kind: 'webhook',
      payload: JSON.stringify({ id: 'w1' }),
      webhook: { id: 'd1', name: '', headers: {}, query: {}, receivedAt: '' },
    }));
    expect(sections).toMatchObject([{ kind: 'item', ids: ['w1'] }]);
  });

  it('evaluates an operator', async () => {
    const { calls } = await work('invocation', (method) =>
      method === 'invocation'
        ? { kind: 'operator', name: 'longer', fact: '"abc"', value: '2' }
        : null,
    );
    expect(calls.at(-1)).toEqual({ method: 'returned', args: true });
  });

  it('tells of the status that a test failed with', async () => {
    await expect(work('test', () => null)).rejects.toMatchObject({
      code: 'http.status',
      failure: { status: 401 },
    });
  });

  it('maps stored raw again', async () => {
    const { sections } = await work('remap', (method) =>
      method === 'storedRaw'
        ? {
            items: [{ type: 'person', externalId: 'r1', rawJson: '{"id":"r1","name":"Ada"}' }],
            nextCursor: '',
          }
        : null,
    );
    expect(sections).toMatchObject([{ kind: 'item', ids: ['r1'] }]);
  });
});

function answerOf(method: string, value: unknown): CallAnswer {
  if (method !== 'http') return { text: JSON.stringify({ ok: true, value }) };
  return {
    text: JSON.stringify({ ok: true, http: { status: 200, headers: {}, isJson: true } }),
    body: Buffer.from(JSON.stringify(value)),
  };
}
