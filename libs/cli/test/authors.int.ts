import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuthorFolder } from './author-folder.ts';

const guide = fileURLToPath(new URL('../../plugin-sdk/test/guide', import.meta.url));
const apiKey = 'key-of-the-source-7';
const contacts = Array.from({ length: 5 }, (_, index) => ({
  id: `c${String(index)}`,
  name: `Person ${String(index)}`,
  email: `p${String(index)}@example.com`,
}));

/** A source in two pages that asks for a key, and sets a cookie that nobody should keep. */
function source(): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://source.example.com');
    const isKnown = request.headers.authorization === `Bearer ${apiKey}`;
    response.writeHead(isKnown ? 200 : 401, {
      'content-type': 'application/json',
      'set-cookie': 'session=cookie-of-the-source',
    });
    const page = url.searchParams.has('cursor') ? contacts.slice(3) : contacts.slice(0, 3);
    const next = url.searchParams.has('cursor') ? {} : { nextCursor: 'n2' };
    // It echoes the key, as some do.
    response.end(JSON.stringify({ contacts: page, ...next, you: request.headers.authorization }));
  });
}

describe('made-open, packed and installed in a folder of an author', () => {
  const author = new AuthorFolder();
  const server = source();
  let port = 0;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
    author.clear();
  });
  const env = { KEY: apiKey };

  it('hands on the licences of what went in', () => {
    const licences = author.read('node_modules/@made-open/cli/dist/cli/third-party-licences.txt');
    for (const name of ['ajv (MIT)', 'core-js (MIT)', '@bufbuild/protobuf ('])
      expect(licences).toContain(name);
  });

  it('creates a connector whose types, bundle and own test pass', async () => {
    expect((await author.run(['create', 'com.example.contacts', '--author', 'Ada'])).status).toBe(
      0,
    );
    const { status, stdout } = await author.run(['validate']);
    expect(stdout).toContain('plugin.json, types, bundle');
    expect(status).toBe(0);
    expect(author.vitest()).toMatch(/Tests {2}2 passed/u);
  });

  it.each([
    ['a channel', 'com.example.texts', 'channel', 4],
    ['an operator', 'com.example.predicates', 'operator', 5],
    ['a provider of faxes', 'com.example.fax-line', 'fax', 5],
  ])('creates %s whose types, bundle and own test pass', async (_, id, type, tests) => {
    expect((await author.run(['create', id, type, '--type', type])).status).toBe(0);
    expect((await author.run(['validate', type])).stdout).toContain('types');
    expect(author.vitest()).toContain(`Tests  ${String(tests)} passed`);
    author.remove(type);
  });

  it('says with file and line what is wrong with the types', async () => {
    const code = author.read('src/index.ts');
    author.write('src/index.ts', code.replace("type: 'person'", "type: 'persom'"));
    const { status, stderr } = await author.run(['validate']);
    expect(status).toBe(65);
    expect(stderr).toMatch(/src\/index\.ts\(\d+,\d+\).*persom/u);
    author.write('src/index.ts', code);
  });

  it('leads the host of the plugin to a server of this machine, and leaves a broken file alone', async () => {
    const to = `127.0.0.1:${String(port)}`;
    expect(
      (await author.run(['dev-host', 'add', 'source.example.com:80', '--to', to])).status,
    ).toBe(0);
    expect((await author.run(['dev-host', 'list'])).stdout).toContain(to);
    for (const [name, usual] of [
      ['http://plain.example.com', '80'],
      ['https://safe.example.com', '443'],
    ] as const) {
      await author.run(['dev-host', 'add', name, '--to', to]);
      expect((await author.run(['dev-host', 'list'])).stdout).toContain(
        `${new URL(name).hostname}:${usual}`,
      );
      expect((await author.run(['dev-host', 'remove', name])).status).toBe(0);
    }
    expect((await author.run(['dev-host', 'remove', 'other.example.com'])).status).toBe(66);
    author.write('broken.json', '{ "a"');
    const broken = await author.run([
      'dev-host',
      'add',
      'a.example.com',
      '--to',
      to,
      '--file',
      'broken.json',
    ]);
    expect(broken).toMatchObject({ status: 65 });
    expect(author.read('broken.json')).toBe('{ "a"');
    author.write(
      'plugin.json',
      author.read('plugin.json').replaceAll('api.example.com', 'http://source.example.com'),
    );
    author.write(
      'src/index.ts',
      author
        .read('src/index.ts')
        .replaceAll('https://api.example.com', 'http://source.example.com'),
    );
  });

  it('runs it in the sandbox, with its items, requests and end, and shows no secret', async () => {
    const records = await author.records(['dev', '--once', '--env', 'apiKey=KEY'], { env });
    const kinds = records.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'item')).toHaveLength(5);
    expect(kinds.filter((kind) => kind === 'http')).toHaveLength(2);
    expect(records.at(-1)).toMatchObject({ kind: 'end', outcome: 'completed', requests: 2 });
    const refused = await author.run(['dev', '--once', '--env', 'apiKey=KEY'], {
      env: { KEY: 'another-key-of-nobody' },
    });
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('HTTP 401');
    expect(`${refused.stdout}${refused.stderr}`).not.toContain('another-key-of-nobody');
  });

  it('names the permission that is missing', async () => {
    const manifest = author.read('plugin.json');
    author.write('plugin.json', manifest.replace('http://source.example.com', 'other.example.com'));
    const { status, stderr } = await author.run(['dev', '--once', '--env', 'apiKey=KEY'], { env });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /network:outbound:http:\/\/source\.example\.com.*egress\.host_not_granted/u,
    );
    author.write('plugin.json', manifest);
  });

  it('records what the source answers, without key and cookie, and passes conformance with it', async () => {
    const recorded = await author.run(['record', '--env', 'apiKey=KEY'], { env });
    expect(recorded).toMatchObject({ status: 0 });
    const cassette = author.read('cassette.json');
    expect(cassette).toContain('c4');
    expect(cassette).not.toContain(apiKey);
    expect(cassette).not.toContain('cookie');
    const tested = await author.run(['test', '--json']);
    expect(JSON.parse(tested.stdout)).toMatchObject({ passed: true });
    expect(tested.status).toBe(0);
  });

  it('fails conformance of one that swallows faults, and says what is lost', async () => {
    const code = author.read('src/index.ts');
    author.write(
      'src/index.ts',
      code.replace(
        /await withRetry\(\(\) =>\s+(context\.http\.get\(.*?\)),\s+\)/su,
        'await $1.catch(() => ({ contacts: [] }))',
      ),
    );
    const { status, stderr } = await author.run(['test', '--no-types']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/answers 429: .*is missing/u);
    author.write('src/index.ts', code);
  });

  it('fails conformance of one whose items cannot be stored, with the item and why', async () => {
    const code = author.read('src/index.ts');
    author.write(
      'src/index.ts',
      code.replace('externalId: item.id', 'externalId: Number(item.id.slice(1))'),
    );
    const { status, stderr } = await author.run(['test', '--no-types']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/every item fits.*externalId/u);
    author.write('src/index.ts', code);
  });

  it('replays against the connector of the plugin guide as it stands there', async () => {
    author.write('seed/src/index.ts', readFileSync(join(guide, 'connector/src/index.ts'), 'utf8'));
    const manifest = JSON.parse(author.read('plugin.json')) as object;
    const permissions = ['network:outbound:api.example.com', 'data:write:persons'];
    author.write(
      'seed/plugin.json',
      JSON.stringify({ ...manifest, id: 'com.example.my-connector', permissions }),
    );
    const cassette = author.read('cassette.json');
    author.write(
      'seed/cassette.json',
      cassette.replaceAll('http://source.example.com', 'https://api.example.com'),
    );
    const tested = await author.run(['test', 'seed', '--no-types']);
    expect(tested.stderr).toBe('');
    expect(tested.status).toBe(0);
  });

  it('calls one method in the sandbox', async () => {
    author.write('raw.json', JSON.stringify(contacts[0]));
    const [item] = await author.records(['invoke', 'mapToUnifiedModel', '--input', 'raw.json']);
    expect(item).toMatchObject({
      kind: 'item',
      externalId: 'c0',
      data: { display_name: 'Person 0' },
    });
    const missing = await author.run(['invoke', 'testConnection']);
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toContain('the plugin has no testConnection');
  });

  it('calls what the platform calls for webhooks, sends and rules, and tells what it gave', async () => {
    const manifest = JSON.parse(author.read('plugin.json')) as object;
    const permissions = ['event:publish:communication.*'];
    const chat = { ...manifest, id: 'com.example.chat', type: 'channel', permissions };
    author.write('chat/plugin.json', JSON.stringify(chat));
    author.write(
      'chat/src/index.ts',
      `export const plugin = {
        id: 'com.example.chat',
        channelType: 'chat',
        handleIncomingEvent: (payload, context) => context.emitEvent('communication.MessageReceived', payload),
        sendMessage: (message) => ({ externalId: 'to ' + message.to }),
        operators: { above: { evaluate: (fact, value) => fact > value } },
      };`,
    );
    const invoke = async (method: string, input: object): Promise<Record<string, unknown>[]> => {
      author.write('input.json', JSON.stringify(input));
      return author.records(['invoke', method, '--folder', 'chat', '--input', 'input.json']);
    };
    expect(await invoke('handleIncomingEvent', { from: '+1' })).toMatchObject([
      { kind: 'event', subject: 'communication.MessageReceived', payload: { from: '+1' } },
      { kind: 'end', outcome: 'completed' },
    ]);
    const result = { externalId: 'to +1' };
    expect(await invoke('sendMessage', { to: '+1', body: 'hello' })).toMatchObject([
      { kind: 'end', result, effect: 'none' },
    ]);
    const shown = await author.run([
      'invoke',
      'sendMessage',
      '--folder',
      'chat',
      '--input',
      'input.json',
    ]);
    expect(shown.stdout).toContain('effect none');
    expect(shown.stdout).toContain('result {"externalId":"to +1"}');
    expect(await invoke('evaluate', { name: 'above', fact: 3, value: 2 })).toMatchObject([
      { kind: 'end', result: true },
    ]);
    const missing = await author.run(['invoke', 'subscribe', '--folder', 'chat']);
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain('subscribe');
    const unfit = await author.run(['invoke', 'evaluate', '--folder', 'chat']);
    expect(unfit).toMatchObject({ status: 65, stdout: '' });
  });

  it('runs again when a file changes, and goes on after a fault of the code', async () => {
    const child = author.start(['dev', '--json', '--env', 'apiKey=KEY'], env);
    if (child.stdout === null || child.stderr === null) throw new TypeError('it has no output');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = once(child, 'close');
    const untilEnd = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (;;) {
        const { value } = await lines.next();
        const record = JSON.parse(String(value)) as { kind: string; externalId?: string };
        if (record.kind === 'item') ids.push(record.externalId ?? '');
        if (record.kind === 'end') return ids;
      }
    };
    expect(await untilEnd()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
    const code = author.read('src/index.ts');
    const fault = once(child.stderr, 'data');
    author.write('src/index.ts', `${code}\nexport const broken = ;`);
    expect(String(await fault)).toMatch(/cannot be bundled[\s\S]*src\/index\.ts:/u);
    author.write(
      'src/index.ts',
      code.replace('externalId: item.id', 'externalId: `new-${item.id}`'),
    );
    expect(await untilEnd()).toEqual(['new-c0', 'new-c1', 'new-c2', 'new-c3', 'new-c4']);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    author.write('src/index.ts', code);
  });

  it('refuses a config that others can read', async () => {
    author.write('config.json', JSON.stringify({ apiKey }), 0o644);
    const open = await author.run(['dev', '--once']);
    expect(open).toMatchObject({ status: 78 });
    expect(open.stderr).toContain('chmod 600');
    expect(statSync(join(author.folder, 'config.json')).mode & 0o777).toBe(0o644);
  });
});
