import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LocalPlatform, enterableFolder } from '@made-open/local';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from './api-client.ts';

/** An event as it stands in a stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** A server of this machine that stands for an outside service. */
export interface StandIn {
  readonly port: number;
  readonly identity: { readonly ca: string };
}

export interface StoryOptions {
  /** Data that somebody brings into its folder before it starts. */
  readonly bringData?: (dataDir: string) => Promise<void>;
  /** What providers are told as the address of the gateway. */
  readonly publicUrl?: string;
}

/** The whole platform for one story, in a temporary folder, with outside hosts led to servers of this machine. */
export class Story {
  readonly platform: LocalPlatform;
  readonly admin: ApiClient;
  readonly client: ApiClient;
  readonly key: string;
  readonly #nats: NatsConnection;

  private constructor(platform: LocalPlatform, key: string, nats: NatsConnection) {
    this.platform = platform;
    this.key = key;
    this.#nats = nats;
    this.admin = new ApiClient(platform.managerUrl, key);
    this.client = new ApiClient(platform.gatewayUrl, key);
  }

  get gatewayUrl(): string {
    return this.platform.gatewayUrl;
  }

  static async start(
    hosts: Readonly<Record<string, StandIn>>,
    { bringData, publicUrl }: StoryOptions = {},
  ): Promise<Story> {
    const dataDir = mkdtempSync(join(tmpdir(), 'made-open-story-'));
    await bringData?.(dataDir);
    const overrides = join(dataDir, 'overrides.json');
    const entries = Object.entries(hosts).map(([host, { port, identity }]) => [
      `${host}:443`,
      { address: '127.0.0.1', port, ca: identity.ca },
    ]);
    writeFileSync(overrides, JSON.stringify(Object.fromEntries(entries)));
    const platform = await LocalPlatform.start({
      dataDir,
      egressOverridesFile: overrides,
      newAdminKey: bringData !== undefined,
      publicUrl,
    });
    try {
      return new Story(platform, platform.adminKey ?? '', await platform.administrator());
    } catch (error) {
      await platform.stop();
      throw error;
    }
  }

  /** Last sequence of a stream. */
  async lastSequence(stream: string): Promise<number> {
    const { state } = await (await jetstreamManager(this.#nats)).streams.info(stream);
    return state.last_seq;
  }

  /** How many messages a stream holds. */
  async messageCount(stream: string): Promise<number> {
    const { state } = await (await jetstreamManager(this.#nats)).streams.info(stream);
    return state.messages;
  }

  /** Every event of a stream behind a sequence, batches unrolled. */
  async events(stream: string, after: number): Promise<StreamEvent[]> {
    const { streams } = await jetstreamManager(this.#nats);
    const events: StreamEvent[] = [];
    const last = await this.lastSequence(stream);
    for (let seq = after + 1; seq <= last; seq++) {
      const message = await streams.getMessage(stream, { seq });
      if (message !== null) events.push(...message.json<StreamEvent[]>());
    }
    return events;
  }

  /** kill -9 of a service, a server, the runner of the sample plugin or its sandbox. */
  kill(name: string): void {
    const pid = this.pid(name);
    if (pid < 0) throw new Error(`there is no ${name}`);
    process.kill(pid, 'SIGKILL');
  }

  /** Of a service, a server, the runner or its sandbox; -1 when it does not run. */
  pid(name: string): number {
    if (name !== 'plugin-runner' && name !== 'sandbox') return this.platform.pid(name);
    const runner = children(this.platform.pid('plugin-manager')).find(({ command }) =>
      command.includes('plugin-runner'),
    );
    if (runner === undefined) return -1;
    if (name === 'plugin-runner') return runner.pid;
    const sandbox = children(runner.pid).find(({ command }) => command.includes('sandbox-main'));
    return sandbox?.pid ?? -1;
  }

  /** Everything that any service wrote to its log. */
  logText(): string {
    const folder = join(this.platform.dataDir, 'logs');
    return readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
  }

  /** Faults of every service's readiness; none when the platform is well. */
  async faults(): Promise<string[]> {
    const services = [...this.platform.processes].map(async ([name, service]) => {
      const { healthPort } = await service.started();
      const response = await fetch(`http://127.0.0.1:${String(healthPort)}/health/ready`);
      return response.ok ? [] : [`${name}: ${await response.text()}`];
    });
    return (await Promise.all(services)).flat();
  }

  /** Files of the platform that hold one of these texts: logs, streams, tables, whatever lies there. */
  filesWith(texts: readonly string[]): string[] {
    const folders = [this.platform.dataDir, enterableFolder(this.platform.dataDir)];
    return [...new Set(folders)].flatMap(filesBelow).filter((file) => {
      const bytes = readIfThere(file);
      return texts.some((text) => bytes.includes(text));
    });
  }

  async stop(): Promise<void> {
    await this.#nats.close();
    await this.platform.stop();
    const postgres = enterableFolder(this.platform.dataDir);
    for (const folder of new Set([this.platform.dataDir, postgres]))
      rmSync(folder, { recursive: true, force: true });
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Servers remove files while one looks at their folder. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

function children(parent: number): { pid: number; command: string }[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line))
    .filter((match) => Number(match?.[2]) === parent)
    .map((match) => ({ pid: Number(match?.[1]), command: match?.[3] ?? '' }));
}

export function startStory(...start: Parameters<typeof Story.start>): Promise<Story> {
  return Story.start(...start);
}
