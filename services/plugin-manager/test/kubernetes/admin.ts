import { readFileSync } from 'node:fs';
import { ApiServer } from '../../src/kubernetes/api/api-server.ts';
import {
  fieldsOf,
  listOf,
  numberOf,
  objectOf,
  textOf,
} from '../../src/kubernetes/api/json-fields.ts';

export const namespace = 'runners-apart';
const inside = `/api/v1/namespaces/${namespace}`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;

export interface SeenDeployment {
  readonly name: string;
  readonly uid: string;
  /** Grows with every change of what it should be. */
  readonly generation: number;
  readonly replicas: unknown;
  readonly containers: readonly string[];
}

/** What an administrator does in the cluster that the environment names. */
export class Admin {
  readonly #server: ApiServer;
  readonly #access: { readonly url: string; readonly authority: string };

  constructor(environment: NodeJS.ProcessEnv) {
    const token = environment['CLUSTER_ADMIN_TOKEN'] ?? '';
    this.#access = {
      url: environment['CLUSTER_URL'] ?? '',
      authority: readFileSync(environment['CLUSTER_AUTHORITY_FILE'] ?? '', 'utf8'),
    };
    this.#server = new ApiServer({ ...this.#access, token: () => token });
  }

  /** The namespace, and accounts with the rights that the chart gives them. */
  async prepare(): Promise<ApiServer> {
    const rbac = 'rbac.authorization.k8s.io';
    const roles = `/apis/${rbac}/v1/namespaces/${namespace}`;
    await this.#post('/api/v1/namespaces', { metadata: { name: namespace } });
    for (const name of ['manager', 'made-open-runner'])
      await this.#post(`${inside}/serviceaccounts`, { metadata: { name } });
    // Without it pods would wait for it, and never come to their image.
    await this.#post(`${inside}/secrets`, {
      metadata: { name: 'made-open-runner-bootstrap' },
      stringData: { 'nats.creds': 'none', 'identity.pub': 'none' },
    });
    await this.#post(`${roles}/roles`, {
      metadata: { name: 'manager' },
      rules: [
        {
          apiGroups: ['apps'],
          resources: ['deployments'],
          verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
        },
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    });
    await this.#post(`${roles}/rolebindings`, {
      metadata: { name: 'manager' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'manager' },
      subjects: [{ kind: 'ServiceAccount', name: 'manager', namespace }],
    });
    const token = await this.token('manager', {});
    return new ApiServer({ ...this.#access, token: () => token });
  }

  token(account: string, spec: object): Promise<string> {
    return this.#post(`${inside}/serviceaccounts/${account}/token`, { spec }).then((answer) =>
      textOf(objectOf(fieldsOf(answer), 'status'), 'token'),
    );
  }

  /** The only one that there is. */
  async deployment(): Promise<SeenDeployment> {
    const list = listOf(fieldsOf(await this.#get(deployments)), 'items');
    const [found] = list;
    if (found === undefined || list.length !== 1)
      throw new Error(`there are ${String(list.length)} deployments`);
    const metadata = objectOf(found, 'metadata');
    const spec = objectOf(found, 'spec');
    const pod = objectOf(objectOf(spec, 'template'), 'spec');
    return {
      name: textOf(metadata, 'name'),
      uid: textOf(metadata, 'uid'),
      generation: numberOf(metadata, 'generation'),
      replicas: spec['replicas'],
      containers: listOf(pod, 'containers').map((container) => textOf(container, 'name')),
    };
  }

  async patch(change: object, subresource = ''): Promise<void> {
    const { name } = await this.deployment();
    await this.#server.ask({
      method: 'PATCH',
      path: `${deployments}/${name}${subresource}`,
      query: { fieldManager: 'somebody' },
      contentType: 'application/strategic-merge-patch+json',
      body: change,
    });
  }

  async delete(): Promise<void> {
    const { name } = await this.deployment();
    await this.#server.ask({ method: 'DELETE', path: `${deployments}/${name}` });
  }

  async pods(): Promise<readonly { readonly name: string; readonly uid: string }[]> {
    return listOf(fieldsOf(await this.#get(`${inside}/pods`)), 'items').map((pod) => {
      const metadata = objectOf(pod, 'metadata');
      return { name: textOf(metadata, 'name'), uid: textOf(metadata, 'uid') };
    });
  }

  /** Messages of events for this reason. */
  async events(reason: string): Promise<readonly string[]> {
    const list = listOf(fieldsOf(await this.#get(`${inside}/events`)), 'items');
    return list.flatMap((event) =>
      textOf(event, 'reason') === reason ? [textOf(event, 'message')] : [],
    );
  }

  async clear(): Promise<void> {
    await this.#server
      .ask({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
      .finally(() => this.#server.close());
  }

  #get(path: string): Promise<unknown> {
    return this.#server.ask({ method: 'GET', path });
  }

  #post(path: string, body: object): Promise<unknown> {
    return this.#server.ask({ method: 'POST', path, body });
  }
}
