import type { TestCluster } from '@made-open/test-cluster';

interface Review {
  readonly status?: { readonly allowed?: boolean; readonly evaluationError?: string };
}

/** What a service account may do, as the API server says it. */
export class AccountRights {
  readonly #cluster: Pick<TestCluster, 'kubectl'>;
  readonly #subject: object;

  constructor(
    cluster: Pick<TestCluster, 'kubectl'>,
    { namespace, name }: { readonly namespace: string; readonly name: string },
  ) {
    this.#cluster = cluster;
    this.#subject = {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    };
  }

  /** One answer for each verb and `resource.group/part`. Throws unless all are a clean yes or no. */
  async answers(
    namespace: string,
    asked: readonly (readonly [verb: string, what: string])[],
  ): Promise<('yes' | 'no')[]> {
    const items = asked.map(([verb, what]) => this.#review(namespace, verb, what));
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const args = ['create', '--filename=-', '--output=json'];
    const answer = JSON.parse(await this.#cluster.kubectl(args, list));
    const answered: readonly Review[] = answer.items ?? [answer];
    if (answered.length !== asked.length)
      throw new Error(`${String(answered.length)} answers to ${String(asked.length)} questions`);
    return answered.map(({ status }) => {
      if (typeof status?.allowed !== 'boolean' || status.evaluationError !== undefined)
        throw new Error(`no answer: ${JSON.stringify(status)}`);
      return status.allowed ? 'yes' : 'no';
    });
  }

  #review(namespace: string, verb: string, what: string): object {
    const [name = '', subresource] = what.split('/');
    const [resource = '', group = ''] = name.split(/\.(.*)/su);
    const resourceAttributes = { namespace, verb, group, resource, subresource };
    return {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { ...this.#subject, resourceAttributes },
    };
  }
}
