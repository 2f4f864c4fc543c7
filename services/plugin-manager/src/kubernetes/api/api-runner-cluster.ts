import type { V1Deployment, V1OwnerReference } from '@kubernetes/client-node';
import type { Logger } from '@made-open/nest';
import type { ApiServer } from './api-server.ts';
import type { DeploymentState, PodState } from '../cluster-state.ts';
import { ClusterError } from '../../errors.ts';
import { labels, managerName } from '../names.ts';
import { fieldsOf, objectOf, textOf } from './json-fields.ts';
import { fieldManager, readDeployment } from './read-deployment.ts';
import { readPod } from './read-pod.ts';
import { RunnerCluster, type ClusterNote } from '../runner-cluster.ts';
import { WatchedObjects } from './watched-objects.ts';

export interface ApiRunnerClusterOptions {
  readonly namespace: string;
  readonly installation: string;
  /** Service account of the runners: their Deployments go with it. */
  readonly owner?: string | undefined;
  readonly logger: Logger;
}

/** By way of the API server: server-side apply, and watches. */
export class ApiRunnerCluster extends RunnerCluster {
  readonly #server: Pick<ApiServer, 'ask' | 'watch'>;
  readonly #namespace: string;
  readonly #deployments: WatchedObjects<DeploymentState>;
  readonly #pods: WatchedObjects<PodState>;
  readonly #owner: string | undefined;
  #owners: readonly V1OwnerReference[] = [];
  #onChange: (name: string) => void = () => undefined;

  constructor(
    server: Pick<ApiServer, 'ask' | 'watch'>,
    { namespace, installation, owner, logger }: ApiRunnerClusterOptions,
  ) {
    super();
    this.#server = server;
    this.#namespace = namespace;
    this.#owner = owner;
    const labelSelector = [
      `${labels.managedBy}=${managerName}`,
      `${labels.installation}=${installation}`,
    ].join(',');
    const shared = { server, labelSelector, logger };
    this.#deployments = new WatchedObjects({
      ...shared,
      path: this.#deploymentPath(),
      read: readDeployment,
      onChange: (before, after) => this.#onChange((after ?? before)?.name ?? ''),
    });
    this.#pods = new WatchedObjects({
      ...shared,
      path: `/api/v1/namespaces/${namespace}/pods`,
      read: readPod,
      onChange: (before, after) => this.#onChange((after ?? before)?.runner ?? ''),
    });
  }

  override async start(onChange: (name: string) => void): Promise<void> {
    await this.#findOwner();
    await Promise.all([this.#deployments.start(), this.#pods.start()]);
    this.#onChange = onChange;
  }

  override deployments(): readonly DeploymentState[] {
    return this.#deployments.all();
  }

  override pods(): readonly PodState[] {
    return this.#pods.all();
  }

  override async apply(deployment: V1Deployment): Promise<DeploymentState> {
    // One that is not there may have gone with its owner, which may be another by now.
    if (!this.deployments().some(({ name }) => name === deployment.metadata?.name))
      await this.#findOwner();
    const applied = await this.#server.ask({
      method: 'PATCH',
      path: this.#deploymentPath(deployment.metadata?.name),
      query: { fieldManager, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: this.#owned(deployment),
    });
    return this.#deployments.note(applied);
  }

  override async replacePods({ metadata, spec }: V1Deployment): Promise<DeploymentState> {
    const replaced = await this.#server.ask({
      method: 'PATCH',
      path: this.#deploymentPath(metadata?.name),
      query: { fieldManager },
      contentType: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/spec/template', value: spec?.template }],
    });
    return this.#deployments.note(replaced);
  }

  override async remove(name: string): Promise<void> {
    try {
      const query = { propagationPolicy: 'Background' };
      await this.#server.ask({ method: 'DELETE', path: this.#deploymentPath(name), query });
    } catch (error) {
      if (!(error instanceof ClusterError && error.status === 404)) throw error;
    }
  }

  override async note(
    deployment: DeploymentState,
    { reason, message }: ClusterNote,
  ): Promise<void> {
    const now = new Date().toISOString();
    const namespace = this.#namespace;
    await this.#server.ask({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/events`,
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { generateName: `${deployment.name}.`, namespace },
        involvedObject: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace,
          name: deployment.name,
          uid: deployment.uid,
        },
        type: 'Warning',
        reason,
        message: message.slice(0, 1000),
        action: reason,
        reportingComponent: managerName,
        reportingInstance: managerName,
        source: { component: managerName },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    });
  }

  override stop(): void {
    this.#onChange = () => undefined;
    this.#deployments.stop();
    this.#pods.stop();
  }

  async #findOwner(): Promise<void> {
    const name = this.#owner;
    if (name === undefined) return;
    const path = `/api/v1/namespaces/${this.#namespace}/serviceaccounts/${name}`;
    const account = fieldsOf(await this.#server.ask({ method: 'GET', path }));
    const uid = textOf(objectOf(account, 'metadata'), 'uid');
    this.#owners = [{ apiVersion: 'v1', kind: 'ServiceAccount', name, uid }];
  }

  #owned({ metadata, ...rest }: V1Deployment): V1Deployment {
    const ownerReferences = [...this.#owners];
    return { ...rest, metadata: Object.assign({}, metadata, { ownerReferences }) };
  }

  #deploymentPath(name?: string): string {
    const list = `/apis/apps/v1/namespaces/${this.#namespace}/deployments`;
    return name === undefined ? list : `${list}/${name}`;
  }
}
