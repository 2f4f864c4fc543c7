import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuthorFolder } from './author-folder.ts';

const build = fileURLToPath(
  new URL('../../plugin-sdk-python/tools/build-runtime.ts', import.meta.url),
);
const contacts = Array.from({ length: 6 }, (_, index) => ({
  id: `c${String(index)}`,
  name: `Person ${String(index)}`,
  email: `p${String(index)}@example.com`,
}));
const exchange = (url: string, body: object) => ({
  request: { method: 'GET', url },
  response: {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  },
});
const contactsUrl = 'https://api.example.com/contacts';
const cassette = JSON.stringify({
  version: 1,
  exchanges: [
    exchange(contactsUrl, { contacts: contacts.slice(0, 3), nextCursor: '2' }),
    exchange(`${contactsUrl}?cursor=2`, { contacts: contacts.slice(3) }),
  ],
});

/** Uses whatever a context has. */
const busy = `
import asyncio, datetime, hashlib
from madeopen_plugin import ConnectorPlugin, DataItem, Form, HttpError, PluginError, with_retry

base = "http://source.example.com"


class Busy(ConnectorPlugin):
    async def sync(self, context):
        first, second = await asyncio.gather(
            context.http.get(f"{base}/echo?a=1"), context.http.post(f"{base}/echo", {"ä": [1, None]})
        )
        form = await context.http.post(f"{base}/echo", Form({"x": "1 2"}))
        raw = await context.http.request(f"{base}/bytes", response_type="bytes")
        kept = await context.http.request(f"{base}/bytes", save_as={"name": "b.bin"})
        made = await context.files.save("a.txt", "abc", "text/plain")
        try:
            await context.http.get(f"{base}/missing")
        except HttpError as error:
            missing = [error.status, error.body]
        try:
            await context.http.get("http://other.example.com/")
        except PluginError as error:
            denied = error.code
        seen = []

        async def flaky():
            seen.append(1)
            if len(seen) < 2:
                raise OSError("once")
            return len(seen)

        await context.emit_event("connector.Looked", {"at": datetime.date(2026, 1, 2)})
        context.logger.info("looked", {"times": await with_retry(flaky, 3, 1)})
        yield self.map_to_unified_model({
            "first": first, "second": second["body"], "form": form["body"], "type": form["type"],
            "raw": list(raw.body), "kept": [kept.body, kept.file.name, kept.file.size_bytes],
            "made": made.file_id == hashlib.sha256(b"abc").hexdigest(), "missing": missing, "denied": denied,
            "page": [len(await context.data.query("persons")), context.config["apiKey"] != ""],
            "crypto": context.crypto.hmac_sha256("k", "t") == context.crypto.hmac_sha256("k", "t"),
            "aborted": context.signal.aborted, "before": await context.checkpoint.get(),
        })
        await context.checkpoint.save({"seen": 1})
        yield {"type": "person", "external_id": "gone", "deleted": True}

    def map_to_unified_model(self, raw_item):
        return DataItem("person", "1", {"display_name": "Ada"}, raw_item)
`;

function source() {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://source.example.com');
    if (pathname === '/missing') return response.writeHead(404).end('nothing here');
    if (pathname.startsWith('/faxes')) {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end('{"id":"job-1","state":"sent","pages":2}');
    }
    if (pathname === '/bytes') return response.end(Buffer.from([0, 255, 10]));
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const type = request.headers['content-type'] ?? null;
      response.end(JSON.stringify({ method: request.method, url: request.url, type, body }));
    });
    return undefined;
  });
}

describe('made-open with plugins in Python', () => {
  const author = new AuthorFolder();
  const server = source();
  let env: Record<string, string>;

  beforeAll(async () => {
    const runtime = execFileSync(process.execPath, [build], { encoding: 'utf8' }).trim();
    env = { PYTHON_RUNTIME_DIR: runtime, KEY: 'key-of-the-source-7' };
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }, 600_000);
  afterAll(() => {
    server.close();
    author.clear();
  });

  const create = async (type: string): Promise<void> => {
    const given = ['create', `com.example.my-${type}`, type, '--type', type, '--runtime', 'python'];
    expect(await author.run(given)).toMatchObject({ status: 0 });
  };

  it.each(['connector', 'channel', 'operator', 'fax'])(
    'creates a %s whose syntax, bundle and own test pass',
    async (type) => {
      await create(type);
      const { status, stdout } = await author.run(['validate', type]);
      expect(stdout).toContain('plugin.json, syntax, bundle');
      expect(status).toBe(0);
      const sdk = (await author.run(['python-sdk'])).stdout.trim();
      execFileSync('python3', ['-W', 'error', '-m', 'unittest', '-q'], {
        cwd: join(author.folder, type),
        env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: sdk },
        stdio: 'pipe',
      });
    },
  );

  it('passes every check of the conformance suite, as connectors in JavaScript do', async () => {
    author.write('connector/cassette.json', cassette);
    const { status, stdout } = await author.run(['test', 'connector'], { env });
    expect(stdout).toContain('13 of 13 checks passed');
    expect(status).toBe(0);
  }, 240_000);

  it('fails the check of what a careless plugin loses', async () => {
    const code = author.read('connector/plugin.py');
    const careless = code.replace('external_id=raw_item["id"]', 'external_id="same"');
    author.write('connector/plugin.py', careless);
    const { status, stdout } = await author.run(['test', 'connector'], { env });
    expect(stdout).toContain('failed  no two different items have one id');
    expect(status).toBe(1);
    author.write('connector/plugin.py', code);
  }, 240_000);

  it.each([
    ['operator', 'evaluate', { name: 'containsAny', fact: 'The PRICE', value: ['price'] }, true],
    ['connector', 'mapToUnifiedModel', contacts[0], undefined],
  ])('calls one function of the %s: %s', async (type, method, input, result) => {
    author.write(`${type}/input.json`, JSON.stringify(input));
    const args = ['invoke', method, '--folder', type, '--input', `${type}/input.json`];
    const given = type === 'connector' ? ['--env', 'apiKey=KEY'] : [];
    const records = await author.records([...args, ...given], { env });
    expect(records.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(records.at(-1)?.['result']).toBe(result);
  });

  it('sends a fax with a file of this machine, and takes a state for what it is', async () => {
    const { port } = server.address() as AddressInfo;
    const to = `127.0.0.1:${String(port)}`;
    await author.run(['dev-host', 'add', 'http://source.example.com', '--to', to]);
    for (const file of ['fax/plugin.py', 'fax/plugin.json'])
      author.write(
        file,
        author
          .read(file)
          .replace('https://api.example.com', 'http://source.example.com')
          .replace('api.example.com', 'http://source.example.com'),
      );
    author.write('fax/letter.pdf', '%PDF-1.4');
    author.write('fax/fax.json', '{"to":"+15550100"}');
    author.write('fax/job.json', '{"jobId":"job-1"}');
    const invoke = (...args: string[]) =>
      author.records(['invoke', ...args, '--folder', 'fax', '--env', 'apiKey=KEY'], { env });
    const sent = await invoke('sendFax', '--input', 'fax/fax.json', '--file', 'fax/letter.pdf');
    expect(sent.at(-1)).toMatchObject({ result: { jobId: 'job-1', status: 'queued' } });
    const asked = await invoke('getStatus', '--input', 'fax/job.json');
    expect(asked.at(-1)).toMatchObject({ result: { status: 'succeeded', pages: 2 } });
  });

  it('gives a plugin all that a context has', async () => {
    const { port } = server.address() as AddressInfo;
    const to = `127.0.0.1:${String(port)}`;
    await author.run(['dev-host', 'add', 'http://source.example.com', '--to', to]);
    const manifest = author.read('connector/plugin.json');
    author.write('busy/plugin.py', busy);
    author.write(
      'busy/plugin.json',
      manifest
        .replace('api.example.com', 'http://source.example.com')
        .replace(
          '"data:write:persons"',
          '"data:write:persons","data:read:persons","event:publish:connector.*"',
        ),
    );
    const records = await author.records(['dev', 'busy', '--once', '--env', 'apiKey=KEY'], { env });
    const of = (kind: string) => records.filter((record) => record['kind'] === kind);
    expect(records.at(-1)?.['error']).toBeUndefined();
    expect(records.at(-1)).toMatchObject({ kind: 'end', outcome: 'completed' });
    expect(of('item')).toMatchObject([
      {
        externalId: '1',
        data: { display_name: 'Ada' },
        raw: {
          first: { method: 'GET', url: '/echo?a=1' },
          second: '{"ä":[1,null]}',
          form: 'x=1+2',
          type: 'application/x-www-form-urlencoded',
          raw: [0, 255, 10],
          kept: [null, 'b.bin', 3],
          made: true,
          missing: [404, 'nothing here'],
          denied: 'egress.host_not_granted',
          page: [0, true],
          crypto: true,
          aborted: false,
          before: null,
        },
      },
    ]);
    expect(of('event')).toMatchObject([{ payload: { at: '2026-01-02' } }]);
    expect(of('checkpoint')).toMatchObject([{ state: { seen: 1 } }]);
    expect(of('delete')).toMatchObject([{ externalId: 'gone' }]);
    expect(of('log')).toMatchObject([{ message: 'looked', fields: { times: 2 } }]);
  });

  it('says with file and line what Python cannot read, and what it would not import', async () => {
    author.write('connector/wrong.py', 'x = 1\ndef (:\n');
    expect((await author.run(['validate', 'connector'])).stderr).toContain('wrong.py:2:');
    author.remove('connector/wrong.py');
    author.write('connector/json.py', '');
    expect((await author.run(['validate', 'connector'])).stderr).toContain('is called json');
    author.remove('connector/json.py');
  });

  it('says what is missing where there is no Python for the sandbox', async () => {
    const { status, stderr } = await author.run(['test', 'connector']);
    expect(stderr).toContain('PYTHON_RUNTIME_DIR');
    expect(status).toBe(78);
  });
});
