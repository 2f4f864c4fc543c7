import { MemoryLogger } from '../../../test/platform/memory-parts.ts';
import { ApiRunnerCluster } from './api-runner-cluster.ts';
import type { ApiRequest } from './api-server.ts';

const inside = '/apis/apps/v1/namespaces/runners/deployments';

/** An API server that has one account, and takes what is applied. */
class FakeServer {
  accountUid = 'first';
  readonly applied: unknown[] = [];

  ask({ method, path, body }: ApiRequest): Promise<unknown> {
    if (path.endsWith('/serviceaccounts/made-open-runner'))
      return Promise.resolve({ metadata: { uid: this.accountUid } });
    if (method !== 'PATCH')
      return Promise.resolve({ metadata: { resourceVersion: '1' }, items: [] });
    this.applied.push(body);
    const metadata = { name: path.slice(inside.length + 1), resourceVersion: '2', uid: 'u' };
    return Promise.resolve({ metadata, spec: { replicas: 1 } });
  }

  watch(_asked: ApiRequest, _onEvent: unknown, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
}

describe('ApiRunnerCluster', () => {
  const server = new FakeServer();
  const cluster = new ApiRunnerCluster(server, {
    namespace: 'runners',
    installation: 'made-open',
    owner: 'made-open-runner',
    logger: new MemoryLogger(),
  });
  afterAll(() => cluster.stop());

  it('gives what it makes to the account as it is now: it goes with one that is gone', async () => {
    await cluster.start(() => undefined);
    await cluster.apply({ metadata: { name: 'a' } });
    server.accountUid = 'second';
    await cluster.apply({ metadata: { name: 'b' } });
    const owners = (uid: string) => ({
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ServiceAccount', name: 'made-open-runner', uid },
      ],
    });
    expect(server.applied).toMatchObject([
      { metadata: { name: 'a', ...owners('first') } },
      { metadata: { name: 'b', ...owners('second') } },
    ]);
  });
});
