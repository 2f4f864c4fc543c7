import type { TestCluster } from '@made-open/test-cluster';

interface Status {
  readonly allowed?: boolean;
  readonly evaluationError?: string;
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
    const args = ['create', '--filename=-', '--output=jsonpath={.status}{"\\n"}'];
    const lines = (await this.#cluster.kubectl(args, list)).trim().split('\n');
    if (lines.length !== asked.length)
      throw new Error(`${String(lines.length)} answers to ${String(asked.length)} questions`);
    return lines.map((line) => {
      const { allowed, evaluationError }: Status = JSON.parse(line);
      if (typeof allowed !== 'boolean' || evaluationError !== undefined)
        throw new Error(`no answer: ${line}`);
      return allowed ? 'yes' : 'no';
    });
  }

  /** Each verb and what it is for, with the answer. */
  async table(namespace: string, asked: readonly (readonly string[])[]): Promise<string[][]> {
    const questions = asked.map(([verb = '', what = '']) => [verb, what] as const);
    const answers = await this.answers(namespace, questions);
    return questions.map(([verb, what], index) => [verb, what, answers[index] ?? '']);
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
