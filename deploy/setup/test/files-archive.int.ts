import { provision } from '@made-open/bus';
import { makeNatsIdentity, NatsServer, onFreePort } from '@made-open/local-parts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUpFiles, restoreFiles } from '../src/files/files-archive.ts';

/** A server of its own identity, as a new installation has it. */
class Store {
  readonly #server: NatsServer;
  readonly nats: NatsConnection;

  private constructor(server: NatsServer, nats: NatsConnection) {
    this.#server = server;
    this.nats = nats;
  }

  static async start(dataDir: string): Promise<Store> {
    const identity = await makeNatsIdentity();
    const server = await onFreePort((port) => NatsServer.start({ dataDir, port, identity }));
    const nats = await server.connectAdministrator();
    await provision(nats);
    return new Store(server, nats);
  }

  async put(subject: string, data: Uint8Array): Promise<void> {
    await jetstream(this.nats).publish(subject, data);
  }

  async get(subject: string): Promise<Uint8Array | undefined> {
    const { streams } = await jetstreamManager(this.nats);
    return (await streams.getMessage('FILES', { last_by_subj: subject }))?.data;
  }

  async parts(): Promise<number> {
    const { streams } = await jetstreamManager(this.nats);
    return (await streams.info('FILES')).state.messages;
  }

  async stop(): Promise<void> {
    await this.nats.close();
    await this.#server.stop();
  }
}

describe('the archive of files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'files-archive-'));
  const archive = join(folder, 'files.jsonl');
  const contents = Array.from({ length: 40 }, (_, index) => ({
    subject: `files.object-${String(Math.floor(index / 3))}.${String(index % 3)}`,
    data: randomBytes(index === 0 ? 524_288 : 1000 + index),
  }));
  let first: Store;
  let second: Store;

  beforeAll(async () => {
    first = await Store.start(join(folder, 'first'));
    second = await Store.start(join(folder, 'second'));
    for (const { subject, data } of contents) await first.put(subject, data);
  });
  afterAll(async () => {
    await first?.stop();
    await second?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is empty where there are none', async () => {
    const path = join(folder, 'none.jsonl');
    expect(await backUpFiles(second.nats, path)).toBe(0);
    expect(await restoreFiles(second.nats, path)).toBe(0);
  });

  it('brings every part to another server, byte for byte', async () => {
    expect(await backUpFiles(first.nats, archive)).toBe(contents.length);
    expect(statSync(archive).mode & 0o077).toBe(0);
    expect(await restoreFiles(second.nats, archive)).toBe(contents.length);
    for (const { subject, data } of contents)
      expect(Buffer.compare((await second.get(subject)) ?? Buffer.alloc(0), data)).toBe(0);
  });

  it('changes nothing when it is brought again', async () => {
    await restoreFiles(second.nats, archive);
    expect(await second.parts()).toBe(contents.length);
  });

  it.each([
    ['cut off at a line', (lines: string[]) => lines.slice(0, -2).join('\n'), /not whole/u],
    ['cut off within one', (lines: string[]) => lines.join('\n').slice(0, -30), /not whole/u],
    ['that is something else', () => '{"anything":1}\n', /no archive of files/u],
    ['that is empty', () => '', /no archive of files/u],
  ])('takes nothing of a file %s', async (_title, damage, reason) => {
    const path = join(folder, 'damaged.jsonl');
    writeFileSync(path, damage(readFileSync(archive, 'utf8').split('\n')));
    await first.put('files.object-0.0', Buffer.from('newer'));
    await expect(restoreFiles(first.nats, path)).rejects.toThrow(reason);
    expect(Buffer.from((await first.get('files.object-0.0')) ?? []).toString()).toBe('newer');
  });

  it('leaves no half file under its name', async () => {
    const path = join(folder, 'missing', 'files.jsonl');
    await expect(backUpFiles(first.nats, path)).rejects.toThrow(/ENOENT/u);
    expect(existsSync(path)).toBe(false);
  });
});
