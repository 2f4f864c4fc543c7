import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SampleSetupError } from '../src/errors.ts';
import { Api } from '../src/sample/api.ts';
import { setUpSample } from '../src/sample/set-up-sample.ts';

/** Both APIs, as far as the sample needs them. */
class FakeApis {
  readonly calls: string[] = [];
  connections: unknown[] = [];
  runs: unknown[][] = [[{ state: 'queued' }], [{ state: 'completed', counts: { created: 250 } }]];
  hits: unknown[][] = [[], [{ id: 'a' }]];
  refused: string | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const call = `${request.method ?? ''} ${(request.url ?? '').split('?')[0] ?? ''}`;
    this.calls.push(call);
    response.writeHead(call === this.refused ? 500 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(this.#body(call)));
  }

  #body(call: string): unknown {
    if (call === this.refused) return { code: 'some.reason' };
    if (call === 'GET /connections') return { data: this.connections };
    if (call === 'POST /connections') return { id: 'c1' };
    if (call.endsWith('/runs')) return { data: next(this.runs) };
    return { data: next(this.hits) };
  }
}

/** One after another; the last one for ever. */
function next(answers: unknown[][]): unknown[] {
  return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
}

describe('setUpSample', () => {
  let apis: FakeApis;
  let api: Api;
  const notes: string[] = [];

  beforeEach(async () => {
    apis = new FakeApis();
    api = new Api(await apis.start(), 'key');
  });
  afterEach(() => apis.stop());

  const setUp = (waitMs = 30_000): Promise<void> =>
    setUpSample({ admin: api, client: api, note: (text) => notes.push(text), waitMs });

  it('pushes, approves, connects, and waits until the search finds something', async () => {
    await setUp();
    const approve = 'POST /plugins/com.microsoft.graph/versions/0.3.0/approve';
    expect([...new Set(apis.calls)]).toEqual([
      'POST /plugins',
      approve,
      'GET /connections',
      'POST /connections',
      'GET /connections/c1/runs',
      'GET /search',
    ]);
    expect(apis.hits).toEqual([[{ id: 'a' }]]);
  });

  it('offers the channels, without approving or connecting them', async () => {
    await setUp();
    const posts = apis.calls.filter((call) => call.startsWith('POST'));
    expect(posts.slice(-2)).toEqual(['POST /plugins', 'POST /plugins']);
    expect(posts.filter((call) => call.endsWith('/approve'))).toHaveLength(1);
    expect(posts.filter((call) => call === 'POST /connections')).toHaveLength(1);
  });

  it('makes no second connection after a start that was interrupted', async () => {
    apis.connections = [
      { id: 'other', plugin_id: 'com.microsoft.graph', name: 'Work' },
      { id: 'c0', plugin_id: 'com.microsoft.graph', name: 'Sample Microsoft account' },
    ];
    await setUp();
    expect(apis.calls).not.toContain('POST /connections');
    expect(apis.calls).toContain('GET /connections/c0/runs');
  });

  it('says why the first sync failed', async () => {
    apis.runs = [[{ state: 'failed', error: { code: 'plugin.error', message: 'no route' } }]];
    await expect(setUp()).rejects.toThrow(SampleSetupError);
    await expect(setUp()).rejects.toThrow('no route');
  });

  it('says what did not come to an end', async () => {
    apis.runs = [[{ state: 'running' }]];
    await expect(setUp(0)).rejects.toThrow('the first sync of connection c1');
  });

  it('says what was refused, and the code of the answer', async () => {
    apis.refused = 'POST /plugins';
    await expect(setUp()).rejects.toThrow('POST /plugins answered 500: {"code":"some.reason"}');
  });
});
