import { readEvents } from '@made-open/bus';
import { RunnerCrashedSchema, WalletService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aManifest } from '../contracts/seed-plugin.ts';
import { Manager } from '../platform/manager.ts';

const { registerTicket } = WalletService.method;

let manager: Manager;
let overrides: string;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

interface Runner {
  plugin_id: string;
  version: string;
  state: string;
  crashes: number;
  last_fault: string | null;
}

async function runnerOf(pluginId: string): Promise<Runner | undefined> {
  const { body } = await manager.get('/runners');
  return (body['data'] as Runner[]).find(({ plugin_id: id }) => id === pluginId);
}

/** Processes of a plugin's runners, the newest first. */
const pidsOf = (pluginId: string): number[] =>
  manager
    .logged('runner started')
    .filter((line) => line['pluginId'] === pluginId)
    .map(({ pid }) => Number(pid))
    .toReversed();

async function runningPid(pluginId: string, not = 0): Promise<number> {
  return eventually(async () => {
    const runner = await runnerOf(pluginId);
    const pid = pidsOf(pluginId).find(isAlive);
    if (runner?.state !== 'running' || pid === undefined || pid === not)
      throw new Error(`${pluginId}: ${JSON.stringify(runner)}`);
    return pid;
  });
}

async function startRunner(id: string): Promise<{ connection: string; pid: number }> {
  await manager.install({ id });
  const connection = await manager.connect(id);
  return { connection, pid: await runningPid(id) };
}

function isAlive(pid: number): boolean {
  try {
    // A process that has ended and was not waited for is dead all the same.
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const gone = (pid: number) => eventually(() => expect(isAlive(pid)).toBe(false));

describe('a runner', () => {
  it('runs for as long as its plugin has an active version and a connection that may have a run', async () => {
    const id = 'com.example.wanted';
    await manager.install({ id });
    expect(await runnerOf(id)).toBeUndefined();
    const connection = await manager.connect(id);
    const first = await runningPid(id);
    await manager.post(`/plugins/${id}/disable`);
    await gone(first);
    await manager.post(`/plugins/${id}/versions/0.1.0/activate`);
    const second = await runningPid(id, first);
    // What is under way may end.
    await manager.patch(`/connections/${connection}`, { paused: true });
    expect(await runningPid(id)).toBe(second);
    await manager.delete(`/connections/${connection}`);
    await gone(second);
    await eventually(async () => expect(await runnerOf(id)).toBeUndefined());
  });

  it('is replaced when another version becomes active', async () => {
    const id = 'com.example.upgraded';
    const { pid } = await startRunner(id);
    await manager.push(aManifest({ id, version: '0.2.0' }));
    await manager.post(`/plugins/${id}/versions/0.2.0/activate`);
    await gone(pid);
    await runningPid(id, pid);
    expect(await runnerOf(id)).toMatchObject({ version: '0.2.0', crashes: 0 });
  });

  it('may take as long to stop as it gives itself', async () => {
    const id = 'com.example.slow';
    const { pid } = await startRunner(id);
    await eventually(() =>
      expect(manager.logged('fake runner begins')).toContainEqual(
        expect.objectContaining({ pluginId: id }),
      ),
    );
    const environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
    expect(environment).toContain('STOP_WITHIN_MS=20000');
    await manager.post(`/plugins/${id}/disable`);
    await eventually(() =>
      expect(manager.logged('fake runner drained')).toContainEqual(
        expect.objectContaining({ pluginId: id }),
      ),
    );
  });

  it('gets its credentials by descriptors, and nothing secret by environment or arguments', async () => {
    const id = 'com.example.handed';
    const { pid } = await startRunner(id);
    const [line] = await eventually(() => {
      const lines = manager.logged('fake runner begins').filter(({ pluginId }) => pluginId === id);
      if (lines.length === 0) throw new Error('nothing was logged');
      return lines;
    });
    expect(line).toMatchObject({
      arguments: [],
      hasCredentials: true,
      secrets: ['ticket', 'walletSigningKey'],
      runnerVersion: '0.1.0',
    });
    expect(manager.fakes.tickets).toContain(id);
    const environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
    expect(environment).toContain('NATS_CREDENTIALS_FILE=/dev/fd/3');
    for (const secret of ['USER JWT', manager.platform.identity.runnerSigningSeed, 'postgres'])
      expect(environment).not.toContain(secret);
  });

  it('writes lines that are marked with its plugin, whatever it claims to be', async () => {
    const [line] = manager.logged('fake runner begins');
    expect(line).toMatchObject({
      service: 'plugin-runner',
      pluginId: expect.stringMatching(/^com\.example\./u) as unknown,
      version: '0.1.0',
      pid: expect.any(Number) as unknown,
    });
  });

  it('is started again when it was killed', async () => {
    const id = 'com.example.killed';
    const { pid } = await startRunner(id);
    process.kill(pid, 'SIGKILL');
    await runningPid(id, pid);
    expect(await runnerOf(id)).toMatchObject({ crashes: 1, last_fault: 'SIGKILL' });
  });

  it('that cannot be started waits for what is missing, which is no fault of its plugin', async () => {
    const id = 'com.example.patient';
    manager.fakes.wallet.off(registerTicket);
    try {
      await manager.install({ id });
      await manager.connect(id);
      await eventually(async () =>
        expect(await runnerOf(id)).toMatchObject({
          state: 'waiting',
          crashes: 0,
          last_fault: expect.stringContaining('RegisterTicket') as unknown,
        }),
      );
    } finally {
      manager.fakes.answerAsWallet();
    }
    await runningPid(id);
  });

  it('that ends again and again is held back, announced and noted, until a person resets it', async () => {
    const id = 'com.example.crash';
    await manager.install({ id });
    await manager.connect(id);
    await eventually(
      async () =>
        expect(await runnerOf(id)).toMatchObject({
          state: 'crashed',
          present: 0,
          crashes: 6,
          last_fault: 'exit code 3',
        }),
      { timeoutMs: 90_000 },
    );
    expect(manager.logged('out of luck').length).toBeGreaterThanOrEqual(6);
    const nats = await jetstreamManager(await manager.platform.administrator());
    const message = await eventually(async () => {
      const found = await nats.streams.getMessage('PLUGIN', {
        last_by_subj: 'plugin.RunnerCrashed',
      });
      if (found === null) throw new Error('nothing was announced');
      return found;
    });
    expect(readEvents(RunnerCrashedSchema, message.data)).toMatchObject([
      { message: { pluginId: id, version: '0.1.0', reason: 'exit code 3' } },
    ]);
    expect((await manager.get('/audit')).text).toContain('"runner.crashed"');
    expect((await manager.post(`/runners/${id}/reset`)).status).toBe(200);
    await eventually(async () => expect((await runnerOf(id))?.crashes).toBeLessThan(6));
    await manager.post(`/plugins/${id}/disable`);
  }, 180_000);
});

describe('the manager', () => {
  it('notes at its start which hosts the operator sends elsewhere, and goes on when that changes', async () => {
    await manager.end('SIGTERM');
    overrides = join(manager.folder, 'overrides.json');
    writeFileSync(overrides, '{"api.example.com:443":{"address":"127.0.0.1","port":8443}}');
    await manager.run({ EGRESS_OVERRIDES_FILE: overrides });
    const shown = await manager.get('/egress-overrides');
    expect(shown.body).toMatchObject({
      data: [{ host: 'api.example.com:443', address: '127.0.0.1', port: 8443, authority: null }],
      fault: null,
    });
    const noted = () =>
      manager.rows<{ target: string }>(
        `select target from audit where action = 'egress.overrides' order by id desc limit 1`,
      );
    await eventually(async () =>
      expect(await noted()).toEqual([{ target: 'api.example.com:443=127.0.0.1:8443' }]),
    );
    const pid = await runningPid('com.example.killed');
    await manager.install({
      id: 'com.example.elsewhere',
      permissions: ['network:outbound:other.example.com'],
    });
    await manager.connect('com.example.elsewhere');
    const elsewhere = await runningPid('com.example.elsewhere');
    writeFileSync(
      overrides,
      '{"api.example.com:443":{"address":"127.0.0.1","port":8443},"other.example.com:443":{"address":"127.0.0.1"}}',
    );
    await runningPid('com.example.elsewhere', elsewhere);
    // Both were looked at together; what concerns only the other leaves this one alone.
    expect(await runningPid('com.example.killed')).toBe(pid);
    writeFileSync(overrides, '{"api.example.com:443":{"address":"127.0.0.1","port":9443}}');
    await eventually(async () =>
      expect(await noted()).toEqual([{ target: 'api.example.com:443=127.0.0.1:9443' }]),
    );
    await runningPid('com.example.killed', pid);
    writeFileSync(overrides, '{"api.example.com:443":');
    await eventually(async () => {
      const { body } = await manager.get('/egress-overrides');
      expect(body).toMatchObject({ data: [{ port: 9443 }] });
      expect(body['fault']).toContain(overrides);
    });
  });

  it('does not start with overrides that it cannot read', async () => {
    await manager.end('SIGTERM');
    const seen = manager.lines.length;
    const ended = manager.spawn({ EGRESS_OVERRIDES_FILE: overrides });
    expect(await ended).not.toBe(0);
    expect(manager.lines.slice(seen).join('\n')).toContain('cannot be used');
    await manager.run();
  });

  it('drains its runners when it is asked to end', async () => {
    const pids = [await runningPid('com.example.killed'), await runningPid('com.example.handed')];
    const said = (msg: string) => manager.logged(msg).map((line) => line['pid']);
    await eventually(() =>
      expect(said('fake runner begins')).toEqual(expect.arrayContaining(pids)),
    );
    const code = await manager.end('SIGTERM');
    const alive = pids.filter(isAlive);
    await manager.run();
    expect(code).toBe(0);
    expect(alive).toEqual([]);
    expect(said('fake runner drained')).toEqual(expect.arrayContaining(pids));
  });

  it('leaves no runner behind when it is killed, and starts them anew', async () => {
    const pid = await runningPid('com.example.killed');
    await manager.end('SIGKILL');
    await gone(pid);
    await manager.run();
    await runningPid('com.example.killed', pid);
  });
});
