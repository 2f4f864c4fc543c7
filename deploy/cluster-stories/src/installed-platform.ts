import { images, localName, runCommand } from '@made-open/images';
import { ensureChartTools, TestCluster } from '@made-open/test-cluster';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstallationError } from './errors.ts';
import { ensureStoryImages, storyTag } from './story-images.ts';

export const chart = fileURLToPath(new URL('../../../helm/made-open', import.meta.url));

/** A cluster with the platform in it, installed by its chart as an operator does it. */
export class InstalledPlatform {
  readonly cluster: TestCluster;
  readonly namespace = 'made-open';
  readonly runnerNamespace = 'made-open-runners';
  readonly release = 'made-open';
  readonly #helm: string;
  readonly #folder: string;
  #values: object = {};

  private constructor(cluster: TestCluster, helm: string) {
    this.cluster = cluster;
    this.#helm = helm;
    this.#folder = mkdtempSync(join(tmpdir(), 'made-open-values-'));
  }

  /** A cluster that knows the images of this checkout; nothing is installed yet. */
  static async prepare(note: (text: string) => void = () => undefined): Promise<InstalledPlatform> {
    const { helm } = await ensureChartTools();
    const archive = await ensureStoryImages(note);
    const cluster = await TestCluster.start({ note });
    try {
      await cluster.loadImages(archive);
      return new InstalledPlatform(cluster, helm);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Installs the chart, or upgrades what is there, and waits until everything is ready. Values of before stay. */
  async install(values: object = {}): Promise<void> {
    this.#values = { ...this.#values, ...values };
    try {
      await this.helm([
        'upgrade',
        '--install',
        this.release,
        chart,
        '--create-namespace',
        `--values=${this.#valuesFile()}`,
        '--wait',
        '--timeout=8m',
      ]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InstallationError(`${reason}\n${await this.#state()}`, { cause: error });
    }
  }

  /** Upgrades to images of another tag, which are those of this checkout as well. */
  async upgradeTo(tag: string): Promise<void> {
    for (const { name } of images)
      await this.cluster.nameImage(localName(name, storyTag), localName(name, tag));
    await this.install({ image: { tag, pullPolicy: 'Never' } });
  }

  /** All objects of the release as the chart makes them with the values of now. */
  render(): Promise<string> {
    return this.helm(['template', this.release, chart, `--values=${this.#valuesFile()}`]);
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
    return localName(name, storyTag);
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

  #valuesFile(): string {
    const storage = { persistent: false };
    const file = join(this.#folder, 'values.json');
    const ofTests = {
      image: { tag: storyTag, pullPolicy: 'Never' },
      nats: { storage },
      postgres: { storage },
    };
    writeFileSync(file, JSON.stringify({ ...ofTests, ...this.#values }));
    return file;
  }

  /** What somebody wants to know of an installation that did not become ready. */
  async #state(): Promise<string> {
    const asked = [
      ['get', 'pods', '--output=wide'],
      ['get', 'events', '--sort-by=.lastTimestamp', '--field-selector=type=Warning'],
      ['logs', '--selector=app.kubernetes.io/part-of=made-open', '--all-containers', '--tail=10'],
    ];
    const answers = asked.map((args) =>
      this.kubectl(args).catch((error: unknown) => String(error)),
    );
    return (await Promise.all(answers)).join('\n');
  }
}
