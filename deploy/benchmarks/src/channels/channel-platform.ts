import { LocalPlatform, enterableFolder } from '@made-open/local';
import { twilioHost, twilioMediaHost, type TwilioServer } from '@made-open/sample';
import type { NatsConnection } from '@nats-io/transport-node';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CpuTimes } from '../measure/cpu-times.ts';
import { childrenCpuMs, childrenOf, commandOf, cpuMs } from '../measure/processes.ts';
import { AdminClient } from '../platform/admin-client.ts';

/** The whole platform, with Twilio on this machine. */
export class ChannelPlatform {
  readonly client: AdminClient;
  readonly nats: NatsConnection;
  readonly #platform: LocalPlatform;

  private constructor(platform: LocalPlatform, nats: NatsConnection) {
    this.#platform = platform;
    this.nats = nats;
    const { managerUrl, gatewayUrl, adminKey } = platform;
    this.client = new AdminClient({ managerUrl, gatewayUrl, key: adminKey ?? '' });
  }

  static async start({ port, identity }: TwilioServer): Promise<ChannelPlatform> {
    const dataDir = mkdtempSync(join(tmpdir(), 'made-open-bench-'));
    const file = join(dataDir, 'overrides.json');
    const address = { address: '127.0.0.1', port, ca: identity.ca };
    const hosts = [twilioHost, twilioMediaHost].map((host) => [`${host}:443`, address]);
    writeFileSync(file, JSON.stringify(Object.fromEntries(hosts)));
    const platform = await LocalPlatform.start({ dataDir, egressOverridesFile: file });
    return new ChannelPlatform(platform, await platform.administrator());
  }

  /** By process, those of all runners and of their sandboxes together. */
  cpu(): CpuTimes {
    const services = [...this.#platform.processes.keys(), 'nats'];
    const postgres = this.#platform.pid('postgres');
    const runners = childrenOf(this.#platform.pid('plugin-manager')).filter(({ pid }) =>
      commandOf(pid).includes('plugin-runner'),
    );
    return {
      runner: sum(runners.map(({ pid }) => cpuMs(pid))),
      sandbox: sum(
        runners.map(
          ({ pid }) => childrenCpuMs(pid) + sum(childrenOf(pid).map((each) => cpuMs(each.pid))),
        ),
      ),
      postgres: cpuMs(postgres) + childrenCpuMs(postgres),
      ...Object.fromEntries(services.map((name) => [name, cpuMs(this.#platform.pid(name))])),
    };
  }

  async stop(): Promise<void> {
    await this.nats.close();
    await this.#platform.stop();
    const { dataDir } = this.#platform;
    for (const folder of new Set([dataDir, enterableFolder(dataDir)]))
      rmSync(folder, { recursive: true, force: true });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
