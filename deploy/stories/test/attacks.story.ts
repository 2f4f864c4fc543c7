import { eventually } from '@made-open/testing';
import { ContactsServer, sampleContacts, sampleHost, samplePlugin } from '@made-open/sample';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Entity, Page, Run } from './platform/api-client.ts';
import { hostilePlugin } from './sources/hostile-plugin.ts';
import { hostileAnswer, hostileHost } from './sources/hostile-source.ts';
import { Neighbour } from './sources/neighbour.ts';
import { ScriptedSource } from './sources/scripted-source.ts';
import { connect, install, settledRun } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

const canary = 'canary+Zq7/hostile-9f3kWm2XrT';
const neighbourKey = 'neighbour-Lk4d9sVb2QpE';
/** A secret as it is, and as it looks in URLs, in JSON in JSON, and in base64 wherever it begins. */
const canaryForms = [canary, neighbourKey].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  ...[0, 1, 2].map((offset) =>
    Buffer.from('x'.repeat(offset) + secret)
      .toString('base64')
      .slice(offset === 0 ? 0 : 4, -4),
  ),
]);
const count = 300;

interface Line {
  level: string;
  message: string;
}

describe('attacks: hostile plugins end with a clear reason, and nobody else notices', () => {
  let contacts: ContactsServer;
  let hostile: ScriptedSource;
  let decoy: Server;
  let decoyCalls = 0;
  let story: Story;
  let neighbour: Neighbour;
  let neighbourId: string;
  let pids: [string, number][];
  const answers: string[] = [];

  const servicePids = (): [string, number][] =>
    [...story.platform.processes].map(([name, service]) => [name, service.pid]);

  beforeAll(async () => {
    decoy = createServer((socket) => {
      decoyCalls++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => decoy.listen(0, '127.0.0.1', resolve));
    const answer = hostileAnswer((decoy.address() as AddressInfo).port);
    hostile = await ScriptedSource.start([hostileHost], answer);
    contacts = await ContactsServer.start({
      apiKey: neighbourKey,
      contacts: sampleContacts(count),
      pageSize: 50,
    });
    story = await startStory({ [sampleHost]: contacts, [hostileHost]: hostile });
    const pluginId = await install(story.admin, samplePlugin());
    neighbourId = await connect(story.admin, pluginId, { apiKey: neighbourKey });
    expect(await settledRun(story.admin, neighbourId)).toMatchObject({ state: 'completed' });
    pids = servicePids();
    neighbour = new Neighbour(story.admin, neighbourId);
  });
  afterAll(async () => {
    await neighbour?.stop().catch(() => undefined);
    await story?.stop();
    await contacts?.stop();
    await hostile?.stop();
    decoy?.close();
  });

  /** Keeps what the admin API answers, to look for secrets in it. */
  async function seen<T>(path: string): Promise<T> {
    const answer = await story.admin.get<T>(path);
    answers.push(JSON.stringify(answer));
    return answer;
  }

  /** The first run once it says how its first attempt ended: what may pass by itself is tried again later. */
  const endedRun = (connectionId: string): Promise<Run> =>
    eventually(
      async () => {
        const [run] = (await story.admin.get<Page<Run>>(`/connections/${connectionId}/runs`)).data;
        const isOver =
          run?.state === 'completed' || (run?.error !== null && run?.error !== undefined);
        if (run === undefined || !isOver) throw new Error(`not over: ${JSON.stringify(run)}`);
        return run;
      },
      { timeoutMs: 90_000 },
    );

  /** Pushes a hostile plugin, connects it, and gives how its first run ended. */
  async function attack(
    name: string,
    config: Record<string, unknown> = {},
    pluginId = `com.example.${name}`,
  ): Promise<{ run: Run; log: Line[] }> {
    await install(story.admin, hostilePlugin(name, pluginId));
    const connectionId = await connect(story.admin, pluginId, { apiKey: canary, ...config });
    const { id } = await endedRun(connectionId);
    const run = await seen<Run>(`/runs/${id}`);
    const log = await story.admin.all<Line>(`/runs/${id}/logs?limit=200`);
    answers.push(JSON.stringify(log));
    await seen(`/connections/${connectionId}`);
    await seen(`/connections/${connectionId}/quarantine`);
    // Its runner ends, so that twenty of them do not stand around.
    await story.admin.request('DELETE', `/connections/${connectionId}`);
    await story.admin.post(`/plugins/${pluginId}/disable`);
    return { run, log };
  }

  afterEach(async () => {
    expect(await story.faults()).toEqual([]);
    expect(servicePids()).toEqual(pids);
  });

  const failures: [name: string, code: RegExp, message: RegExp][] = [
    ['endless-loop', /^sandbox\.cpu_limit$/u, /5000 ms of CPU; .*yield items more often/u],
    ['deaf-built-in', /^sandbox\.cpu_limit$/u, /5000 ms of CPU; .*yield items more often/u],
    ['array-fill', /^sandbox\.(memory_limit|cpu_limit)$/u, /64 MB|5000 ms of CPU/u],
    [
      'undeclared-host',
      /^egress\.host_not_granted$/u,
      /network:outbound:undeclared\.example\.org/u,
    ],
    ['read-without-grant', /^capability\.denied$/u, /"data:read:persons".*plugin\.json/u],
    ['item-of-another-type', /^capability\.denied$/u, /"data:write:messages".*plugin\.json/u],
    [
      'event-without-grant',
      /^capability\.denied$/u,
      /"event:publish:communication\.MessageReceived".*plugin\.json/u,
    ],
  ];
  it.each(failures)('ends %s with the reason %s', async (name, code, message) => {
    const victim = (await story.client.get<Page<Entity>>('/persons?limit=1')).data[0]?.id;
    const { run } = await attack(name, { victim });
    expect(run).toMatchObject({
      state: 'failed',
      error: {
        code: expect.stringMatching(code) as unknown,
        message: expect.stringMatching(message) as unknown,
      },
    });
  });

  it('keeps an item of 50 MB out, by the quarantine or by the limit of memory', async () => {
    const { run, log } = await attack('huge-item');
    if (run.state === 'failed')
      expect(run.error).toMatchObject({
        code: 'sandbox.memory_limit',
        message: expect.stringMatching(/64 MB/u) as unknown,
      });
    else {
      expect(run).toMatchObject({ state: 'completed', counts: { created: 0, quarantined: 1 } });
      expect(JSON.stringify(log)).toContain('262144');
    }
  });

  it('ends every answer that is made to exhaust its reader', async () => {
    const wanted: [path: string, code: RegExp, message: RegExp][] = [
      ['/gzip-bomb', /^egress\.response_too_large$/u, /10485760|10 MiB/u],
      ['/endless-body', /^egress\.response_too_large$/u, /5242880|5 MiB/u],
      ['/slow-loris', /^egress\.timeout$/u, /30000 ms/u],
    ];
    const runs = await Promise.all(
      wanted.map(([path]) => attack('reader', { path }, `com.example.reader${path.slice(1)}`)),
    );
    for (const [at, [path, code, message]] of wanted.entries())
      expect({ path, error: runs[at]?.run.error }).toMatchObject({
        path,
        error: {
          code: expect.stringMatching(code) as unknown,
          message: expect.stringMatching(message) as unknown,
        },
      });
  });

  it.each(['/redirect-to-address', '/redirect-to-name', '/redirect-to-metadata'])(
    'does not follow %s',
    async (path) => {
      const { run } = await attack('reader', { path }, `com.example.${path.slice(1)}`);
      expect(run).toMatchObject({
        state: 'failed',
        error: {
          code: expect.stringMatching(/^egress\.(ip_literal|host_not_granted)$/u) as unknown,
        },
      });
      expect(run.error?.message).not.toBe('');
      expect(decoyCalls).toBe(0);
    },
  );

  it('drops what is too much of a log, says so, and lets the run end well', async () => {
    const { run, log } = await attack('log-flood');
    expect(run).toMatchObject({ state: 'completed', counts: { created: 1 } });
    const dropped = log.map(({ message }) =>
      Number(/^(\d+) log lines above \d+ in a second were dropped$/u.exec(message)?.[1] ?? 0),
    );
    const notes = dropped.filter((lines) => lines > 0);
    const sum = notes.reduce((total, lines) => total + lines, 0);
    expect(log.length - notes.length + sum).toBe(100_000);
    expect(log.length).toBeLessThan(10_000);
  });

  it('ends a plugin that leaves refused calls alone, and goes on with its runner', async () => {
    const { run } = await attack('unhandled-rejections');
    expect(run.error?.code).toMatch(
      /^(plugin\.error|capability\.denied|egress\.host_not_granted)$/u,
    );
    const runners = await seen<{ data: { plugin_id: string; crashes: number }[] }>('/runners');
    expect(runners.data.filter(({ crashes }) => crashes > 0)).toEqual([]);
  });

  it('takes secrets out of errors', async () => {
    const { run } = await attack('secret-in-error');
    expect(run).toMatchObject({
      error: {
        code: 'plugin.error',
        message: expect.stringMatching(
          /^the source refused \[secret\], sent as \[secret\]/u,
        ) as unknown,
      },
    });
  });

  it('takes secrets out of logs', async () => {
    const { run, log } = await attack('secret-in-log');
    expect(run).toMatchObject({ state: 'completed' });
    expect(log.map(({ message }) => message)).toContain('message [secret]');
  });

  it('does not let a secret out as data', async () => {
    const { run } = await attack('secret-in-item');
    expect(run).toMatchObject({
      state: 'failed',
      error: { code: expect.stringMatching(/^sandbox\..*secret/u) as unknown },
    });
  });

  it('shows no secret in any answer of the admin API, nor of the gateway', async () => {
    for (const path of ['/plugins', '/connections', '/runners', '/egress-overrides', '/audit'])
      await seen(`${path}?limit=200`);
    answers.push(JSON.stringify(await story.client.all<Entity>('/persons?limit=200')));
    const text = answers.join('\n');
    expect(text).toContain('hostile');
    expect(canaryForms.filter((form) => text.includes(form))).toEqual([]);
  });

  it('has written no secret into any file: logs, streams, tables', () => {
    expect(story.filesWith([hostileHost]).length).toBeGreaterThan(0);
    expect(story.filesWith(canaryForms)).toEqual([]);
  });

  it('has left the neighbour’s runs and data as they were', async () => {
    await neighbour.stop();
    expect(neighbour.runs.length).toBeGreaterThan(10);
    expect(
      neighbour.runs.filter(
        ({ state, counts, attempt }) =>
          state !== 'completed' || counts?.['unchanged'] !== count || attempt !== 1,
      ),
    ).toEqual([]);
    const persons = await story.client.all<Entity>(`/persons?limit=200&connection=${neighbourId}`);
    expect(persons.map(({ source }) => source.external_id).toSorted()).toEqual(
      sampleContacts(count).map(({ id }) => id),
    );
    await eventually(async () => expect(await story.faults()).toEqual([]));
  });
});
