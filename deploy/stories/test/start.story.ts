import { enterableFolder } from '@made-open/local';
import { eventually } from '@made-open/testing';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, type Page } from './platform/api-client.ts';
import { familyOf, isAlive, StartedPlatform, visibleOf } from './platform/started-platform.ts';

/** Each text of the file of secrets that is long enough to be one. */
function secretsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return value.startsWith('{') ? secretsIn(JSON.parse(value)) : value.length >= 32 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsIn) : [];
}

describe('npm start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'made-open-start-'));
  const started: StartedPlatform[] = [];
  let key: string;

  const start = (...args: string[]): StartedPlatform => {
    const platform = new StartedPlatform(dataDir, args);
    started.push(platform);
    return platform;
  };
  const current = (): StartedPlatform => started.at(-1) ?? start();

  afterAll(async () => {
    for (const platform of started) await platform.end();
    for (const folder of [enterableFolder(dataDir), dataDir])
      rmSync(folder, { recursive: true, force: true });
  });

  it('shows a key at its first start, and a curl line that finds somebody of the sample account', async () => {
    const platform = await start().ready();
    expect(platform.key).toMatch(/^mop_/u);
    key = platform.key ?? '';
    const { status, body } = await platform.runPrintedSearch(key);
    expect(status).toBe(200);
    expect(body).toContain('Ada Lovelace');
  });

  it('has set up one sample connection, whose first sync brought everything', async () => {
    const admin = new ApiClient(current().managerUrl, key);
    const { data } = await admin.get<Page<{ id: string; name: string }>>('/connections');
    expect(data.map(({ name }) => name)).toEqual(['Sample Microsoft account']);
    const runs = await admin.get<Page<{ state: string; counts: Record<string, number> }>>(
      `/connections/${data[0]?.id ?? ''}/runs`,
    );
    // A later one follows the subscription to change notifications.
    expect(runs.data.at(-1)).toMatchObject({ state: 'completed', counts: { created: 392 } });
  });

  it('keeps secrets out of the arguments and the environment of every process', () => {
    const kept: unknown = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
    const { adminKey, ...others } = kept as { adminKey: unknown };
    // Only the hash of the admin key is kept, and that is no secret.
    expect(JSON.stringify(adminKey)).not.toContain(key);
    const secrets = [key, ...secretsIn(others)];
    expect(secrets.length).toBeGreaterThan(10);
    const supervisor = current().supervisor;
    const children = familyOf(supervisor).filter((pid) => pid !== supervisor);
    // Seven services, the sample source, PostgreSQL and nats-server, a runner.
    expect(children.length).toBeGreaterThanOrEqual(11);
    const seen = children.map(visibleOf).filter(
      (text) =>
        secrets.some((secret) => text.includes(secret)) ||
        /-----BEGIN|\bS[UAO][A-Z2-7]{56}/u.test(text), // PEM, NATS seeds
    );
    expect(seen).toEqual([]);
  });

  it('keeps its data to its owner', () => {
    const folders = ['.', 'logs', 'run', 'nats'];
    for (const folder of folders) expect(statSync(join(dataDir, folder)).mode & 0o077).toBe(0);
    for (const log of readdirSync(join(dataDir, 'logs')))
      expect(statSync(join(dataDir, 'logs', log)).mode & 0o077).toBe(0);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o077).toBe(0);
  });

  it('refuses a second start on the same data, and leaves the first one alone', async () => {
    const second = new StartedPlatform(dataDir);
    expect(await second.exitCode()).toBe(1);
    expect(second.output).toContain('Made Open already runs');
    expect((await current().runPrintedSearch(key)).status).toBe(200);
  });

  it('ends every process at Ctrl-C, in order and without an error', async () => {
    const family = familyOf(current().supervisor);
    current().signal('SIGINT');
    current().signal('SIGINT'); // the terminal tells every process of the group, and npm tells them again
    expect(await current().exitCode()).toBe(0);
    expect(current().output).toContain('stopped; the data is kept');
    expect(family.filter(isAlive)).toEqual([]);
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  });

  it('goes on with its data at the next start, shows no key again and sets up nothing twice', async () => {
    const platform = await start().ready();
    expect(platform.key).toBeUndefined();
    expect((await platform.runPrintedSearch(key)).body).toContain('Ada Lovelace');
    const admin = new ApiClient(platform.managerUrl, key);
    expect(await admin.all('/connections')).toHaveLength(1);
  });

  it('leaves nothing running when the supervisor is killed, and has everything at the next start', async () => {
    const family = familyOf(current().supervisor);
    process.kill(current().supervisor, 'SIGKILL');
    await eventually(() => expect(family.filter(isAlive)).toEqual([]), { timeoutMs: 60_000 });
    const platform = await start().ready();
    expect((await platform.runPrintedSearch(key)).body).toContain('Ada Lovelace');
  });

  it('makes another admin key when it is asked for, and the one before counts no longer', async () => {
    current().signal('SIGTERM');
    expect(await current().exitCode()).toBe(0);
    const platform = await start('--new-admin-key').ready();
    expect(platform.key).not.toBe(key);
    expect((await platform.runPrintedSearch('')).body).toContain('Ada Lovelace');
    const stale = await fetch(`${platform.managerUrl}/connections`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(stale.status).toBe(401);
  });
});
