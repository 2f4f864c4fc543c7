import { buildImages, ImageStore, localName, runCommand } from '@made-open/images';
import { ensureChartTools, TestCluster } from '@made-open/test-cluster';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStandIns, type StandIns } from './build-stand-ins.ts';

export const chart = fileURLToPath(new URL('../../../helm/made-open', import.meta.url));
const tag = 'story';

/** A cluster with the platform in it, installed by its chart as an operator does it. */
export class InstalledPlatform {
  readonly cluster: TestCluster;
  readonly namespace = 'made-open';
  readonly release = 'made-open';
  readonly #helm: string;
  readonly #folder: string;
  readonly #standIns: StandIns;

  private constructor(cluster: TestCluster, helm: string, standIns: StandIns) {
    this.cluster = cluster;
    this.#helm = helm;
    this.#standIns = standIns;
    this.#folder = mkdtempSync(join(tmpdir(), 'made-open-values-'));
  }

  /** A cluster that knows the images of this checkout; nothing is installed yet. */
  static async prepare(note: (text: string) => void = () => undefined): Promise<InstalledPlatform> {
    const { helm } = await ensureChartTools();
    const folder = mkdtempSync(join(tmpdir(), 'made-open-story-'));
    const cluster = await TestCluster.start({ note });
    try {
      const store = new ImageStore(storeFolder());
      const images = await buildImages({ store, tag, version: '0.0.0', note });
      const standIns = await buildStandIns(store, images.base);
      const archive = join(folder, 'images.tar');
      await store.archive([...images.names, ...Object.values(standIns)], archive);
      await cluster.loadImages(archive);
      return new InstalledPlatform(cluster, helm, standIns);
    } catch (error) {
      await cluster.stop();
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Installs the chart, or upgrades what is there, and waits until everything is ready. */
  async install(values: object = {}): Promise<void> {
    const file = join(this.#folder, 'values.json');
    writeFileSync(file, JSON.stringify({ ...this.#values(), ...values }));
    await this.helm([
      'upgrade',
      '--install',
      this.release,
      chart,
      '--create-namespace',
      `--values=${file}`,
      '--wait',
      '--timeout=8m',
    ]);
  }

  helm(args: readonly string[]): Promise<string> {
    const where = [`--kubeconfig=${this.cluster.kubeconfig}`, `--namespace=${this.namespace}`];
    return runCommand(this.#helm, [...args, ...where], {
      env: {
        ...process.env,
        HELM_CACHE_HOME: this.#folder,
        HELM_CONFIG_HOME: this.#folder,
        HELM_DATA_HOME: this.#folder,
      },
    });
  }

  kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.cluster.kubectl([`--namespace=${this.namespace}`, ...args], input);
  }

  /** Name of one of its images. */
  image(name: string): string {
    return localName(name, tag);
  }

  /** Address of a service of the release, which the host reaches. */
  async url(service: string): Promise<string> {
    const path = ['get', 'service', `${this.release}-${service}`];
    return `http://${await this.kubectl([...path, '--output=jsonpath={.spec.clusterIP}'])}`;
  }

  async adminKey(): Promise<string> {
    const path = ['get', 'secret', `${this.release}-admin-key`, '--output=jsonpath={.data.key}'];
    return Buffer.from(await this.kubectl(path), 'base64').toString();
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #values(): object {
    const { nats, postgres } = this.#standIns;
    const storage = { persistent: false };
    return {
      image: { tag, pullPolicy: 'Never' },
      nats: { image: nats, storage },
      postgres: { image: postgres, storage },
    };
  }
}

function storeFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'made-open', 'images', 'store');
}
