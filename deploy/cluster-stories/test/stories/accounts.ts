import { type InstalledPlatform } from '../../src/index.ts';

interface Named {
  readonly metadata: { readonly name: string };
}

interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly volumes?: readonly { readonly projected?: Projected }[] };
}

interface Projected {
  readonly sources: readonly { readonly serviceAccountToken?: object }[];
}

interface Right {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly group?: string;
  readonly namespace?: string;
}

/** What would let whoever has taken over a service take over the cluster. */
const dangerous: readonly Right[] = [
  { verb: 'get', resource: 'secrets' },
  { verb: 'list', resource: 'secrets' },
  { verb: 'create', resource: 'pods' },
  { verb: 'create', resource: 'pods', subresource: 'exec' },
  { verb: 'create', resource: 'serviceaccounts', subresource: 'token' },
  { verb: 'create', resource: 'daemonsets', group: 'apps' },
  { verb: 'create', resource: 'rolebindings', group: 'rbac.authorization.k8s.io' },
  { verb: 'escalate', resource: 'roles', group: 'rbac.authorization.k8s.io' },
  { verb: 'impersonate', resource: 'serviceaccounts' },
  { verb: 'list', resource: 'nodes', namespace: '' },
  { verb: 'list', resource: 'pods', namespace: '' },
  { verb: 'create', resource: 'deployments', group: 'apps', namespace: 'kube-system' },
];

/** It alone acts in the cluster: it runs plugins. */
const withToken = 'plugin-manager';

export function describeAccounts(installed: () => InstalledPlatform): void {
  it('gives a token to no pod that has no business with the API server', async () => {
    const pods: Pod[] = await list(installed(), 'pods');
    const holders = pods
      .filter(({ spec: { volumes = [] } }) =>
        volumes.some(({ projected }) =>
          projected?.sources.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
        ),
      )
      .map(({ metadata }) => metadata.labels['app.kubernetes.io/component']);
    expect(pods.length).toBeGreaterThan(8);
    expect(holders.filter((component) => component !== withToken)).toEqual([]);
  });

  it('has no account that could do harm', async () => {
    const platform = installed();
    const accounts: Named[] = await list(platform, 'serviceaccounts');
    // The one that writes secrets is gone once it has.
    const names = accounts.map(({ metadata }) => metadata.name);
    expect(names).not.toContain(`${platform.release}-secrets`);
    const asked = names.flatMap((account) => dangerous.map((right) => ({ account, right })));
    const allowed = await review(platform, asked);
    expect(allowed).toHaveLength(asked.length);
    expect(asked.filter((_, index) => allowed[index] === true)).toEqual([]);
  });

  it('would see such an account', async () => {
    const platform = installed();
    const { cluster } = platform;
    const grant = ['rolebinding', 'too-much', '--clusterrole=edit'];
    await cluster.kubectl([
      'create',
      ...grant,
      `--namespace=${platform.namespace}`,
      `--serviceaccount=${platform.namespace}:default`,
    ]);
    try {
      const [right] = dangerous;
      const asked = right === undefined ? [] : [{ account: 'default', right }];
      expect(await review(platform, asked)).toEqual([true]);
    } finally {
      await platform.kubectl(['delete', 'rolebinding', 'too-much']);
    }
  });
}

async function list<T>(platform: InstalledPlatform, kind: string): Promise<T[]> {
  const text = await platform.kubectl(['get', kind, '--output=json']);
  const { items }: { items: T[] } = JSON.parse(text);
  return items;
}

/** Whether each is allowed, as the API server decides. */
async function review(
  platform: InstalledPlatform,
  asked: readonly { readonly account: string; readonly right: Right }[],
): Promise<boolean[]> {
  const reviews = asked.map(({ account, right: { namespace, ...right } }) => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${platform.namespace}:${account}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${platform.namespace}`],
      resourceAttributes: { ...right, namespace: namespace ?? platform.namespace },
    },
  }));
  const all = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: reviews });
  const answer = '--output=jsonpath={.status.allowed}{"\\n"}';
  const text = await platform.kubectl(['create', answer, '--filename=-'], all);
  return text
    .trim()
    .split('\n')
    .map((allowed) => {
      if (allowed !== 'true' && allowed !== 'false') throw new Error(`no answer: ${text}`);
      return allowed === 'true';
    });
}
