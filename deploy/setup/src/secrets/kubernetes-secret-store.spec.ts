import { CoreV1Api, createConfiguration, type V1Secret } from '@kubernetes/client-node';
import { KubernetesSecretStore } from './kubernetes-secret-store.ts';

/** An API server that holds these secrets. */
class ListedSecrets extends CoreV1Api {
  readonly #items: V1Secret[];

  constructor(items: V1Secret[]) {
    super(createConfiguration());
    this.#items = items;
  }

  override listNamespacedSecret(): Promise<{ items: V1Secret[] }> {
    return Promise.resolve({ items: this.#items });
  }
}

const data = { 'kek.json': Buffer.from('{"active":"kept"}').toString('base64') };

describe('secrets of a namespace', () => {
  it('are those of the installation, also one that somebody brought back without labels', async () => {
    const api = new ListedSecrets([
      { metadata: { name: 'made-open-credential-wallet' }, data },
      { metadata: { name: 'other-credential-wallet', labels: { 'made-open.io/secret': 'etl' } } },
      { metadata: { name: 'sh.helm.release.v1.made-open.v1' } },
    ]);
    const store = new KubernetesSecretStore(api, 'fleet', 'made-open');
    expect(await store.read()).toEqual({
      'credential-wallet': { 'kek.json': '{"active":"kept"}' },
    });
  });
});
