import { ApiException, CoreV1Api, KubeConfig, type V1Secret } from '@kubernetes/client-node';
import type { Secrets } from './installation-secrets.ts';
import { SecretStore } from './secret-store.ts';

const component = 'made-open.io/secret';

/**
 * Secrets of one namespace, each named `<installation>-<name>`. They are found by that alone: one that a person made, or
 * brought back, has no labels, and what it holds would be lost if it were written anew.
 */
export class KubernetesSecretStore extends SecretStore {
  readonly #api: CoreV1Api;
  readonly #namespace: string;
  readonly #installation: string;

  constructor(api: CoreV1Api, namespace: string, installation: string) {
    super();
    this.#api = api;
    this.#namespace = namespace;
    this.#installation = installation;
  }

  /** By the account of the pod that this runs in. */
  static inPod(namespace: string, installation: string): KubernetesSecretStore {
    const config = new KubeConfig();
    config.loadFromCluster();
    return new KubernetesSecretStore(config.makeApiClient(CoreV1Api), namespace, installation);
  }

  override async read(): Promise<Secrets> {
    const { items } = await this.#api.listNamespacedSecret({ namespace: this.#namespace });
    const prefix = `${this.#installation}-`;
    return Object.fromEntries(
      items.flatMap((secret) => {
        const { name = '' } = secret.metadata ?? {};
        return name.startsWith(prefix) ? [[name.slice(prefix.length), decode(secret)]] : [];
      }),
    );
  }

  /** Looks at none before: who may write a few by name need not be able to read them. */
  override async write(secrets: Secrets): Promise<void> {
    for (const [name, values] of Object.entries(secrets)) {
      const body = this.#secret(name, values);
      const namespace = this.#namespace;
      try {
        const named = body.metadata?.name ?? '';
        await this.#api.replaceNamespacedSecret({ namespace, name: named, body });
      } catch (error) {
        if (!(error instanceof ApiException) || error.code !== 404) throw error;
        await this.#api.createNamespacedSecret({ namespace, body });
      }
    }
  }

  #secret(name: string, values: Readonly<Record<string, string>>): V1Secret {
    return {
      metadata: {
        name: `${this.#installation}-${name}`,
        labels: {
          'app.kubernetes.io/instance': this.#installation,
          'app.kubernetes.io/part-of': 'made-open',
          [component]: name,
        },
      },
      stringData: { ...values },
    };
  }
}

function decode({ data = {} }: V1Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}
