import { runCommand } from '@made-open/images';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeName } from '../certificates/write-certificates.ts';
import { ensureComponents, ensureComponentsImage } from '../components/components-binary.ts';
import { ensureNginx } from '../components/nginx.ts';
import { ClusterStartError } from '../errors.ts';
import type { Addresses } from '../network/addresses.ts';
import { containerdSocket } from '../node/node-settings.ts';
import { isRunning, readRecord, type ClusterRecord } from './cluster-record.ts';
import { endCluster } from './end-cluster.ts';
import { startNode } from './start-node.ts';

export interface TestClusterOptions {
  /** An empty folder for everything of it; a temporary one without. */
  readonly folder?: string;
  /** It stays when the process that started it ends; `endCluster(folder)` ends it. */
  readonly stays?: boolean;
  readonly note?: (text: string) => void;
}

const readyWithinMs = 180_000;
const pollMs = 100;
const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));

/** A Kubernetes of one node in namespaces of its own: no image registry, no cloud, nothing left when it is stopped. */
export class TestCluster {
  readonly folder: string;
  readonly #record: ClusterRecord;

  private constructor(folder: string, record: ClusterRecord) {
    this.folder = folder;
    this.#record = record;
  }

  /** Resolves when the node is ready and names are answered. */
  static async start(options: TestClusterOptions = {}): Promise<TestCluster> {
    const components = await ensureComponents(options.note ?? (() => undefined));
    const image = await ensureComponentsImage(components);
    const nginx = await ensureNginx();
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'made-open-cluster-'));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      const record = await startNode(folder, { components, nginx }, options.stays !== true);
      const cluster = new TestCluster(folder, record);
      await cluster.#becomeReady(image);
      return cluster;
    } catch (error) {
      const logs = await logTails(folder);
      await endCluster(folder);
      const reason = error instanceof Error ? error.message : String(error);
      throw new ClusterStartError(`the test cluster did not start: ${reason}\n${logs}`, {
        cause: error,
      });
    }
  }

  /** The cluster that another process started in this folder. */
  static open(folder: string): TestCluster {
    const record = readRecord(folder);
    if (record === undefined || !isRunning(record))
      throw new ClusterStartError(`no test cluster runs in ${folder}: start one first`);
    return new TestCluster(folder, record);
  }

  get addresses(): Addresses {
    return this.#record.addresses;
  }

  /** Opens it with all rights. */
  get kubeconfig(): string {
    return join(this.folder, 'admin.kubeconfig');
  }

  async kubectl(args: readonly string[], input?: string): Promise<string> {
    // Without its routes its addresses are somebody else's.
    if (!isRunning(this.#record))
      throw new ClusterStartError(
        `the test cluster in ${this.folder} has ended, see node.log there`,
      );
    return await runCommand(
      this.#record.components,
      ['kubectl', `--kubeconfig=${this.kubeconfig}`, ...args],
      input === undefined ? {} : { input },
    );
  }

  /** Makes the images of an OCI archive known to the node. */
  async loadImages(archive: string): Promise<void> {
    await this.#images(['import', archive]);
  }

  /** Gives an image of the node a second name. */
  async nameImage(image: string, name: string): Promise<void> {
    await this.#images(['tag', '--force', image, name]);
  }

  async stop(): Promise<void> {
    await endCluster(this.folder);
  }

  async #images(args: readonly string[]): Promise<void> {
    const inside = [`--target=${String(this.#record.firstProcess)}`, '--mount'];
    const containerd = [`--address=${containerdSocket}`, '--namespace=k8s.io'];
    await runCommand('nsenter', [...inside, 'ctr', ...containerd, 'images', ...args]);
  }

  async #becomeReady(image: string): Promise<void> {
    await this.#until(() => this.kubectl(['get', '--raw=/readyz']));
    await this.#until(() => this.loadImages(image));
    const dns = readFileSync(join(manifests, 'dns.yaml'), 'utf8');
    const own = dns.replace('DNS_ADDRESS', this.addresses.dns);
    await this.#until(() => this.kubectl(['apply', '--filename=-'], own));
    await this.kubectl(['apply', `--filename=${join(manifests, 'ingress-class.yaml')}`]);
    await this.#until(() =>
      this.kubectl(['wait', '--for=condition=Ready', `node/${nodeName}`, '--timeout=60s']),
    );
    const names = ['rollout', 'status', 'deployment/coredns', '--timeout=120s'];
    await this.kubectl(['--namespace=kube-system', ...names]);
  }

  /** Again until it goes well, the cluster has ended, or too much time has passed. */
  async #until(attempt: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (!isRunning(this.#record) || Date.now() > deadline) throw error;
        await sleep(pollMs);
      }
    }
  }
}

async function logTails(folder: string): Promise<string> {
  const tail = 'tail -n 8 node.log logs/*.log 2>/dev/null || true';
  return await runCommand('sh', ['-c', tail], { cwd: folder });
}
