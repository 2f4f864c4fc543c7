import { ClusterError } from '../../errors.ts';
import type { ApiServer } from './api-server.ts';
import { fieldsOf, objectOf, textOf, textsOf } from './json-fields.ts';
import { Pods, type RunnerPod } from '../identity/pods.ts';

/** Asked each time: whoever claims to be a pod is believed only while it is there. */
export class ApiPods extends Pods {
  readonly #server: Pick<ApiServer, 'ask'>;
  readonly #namespace: string;

  constructor(server: Pick<ApiServer, 'ask'>, namespace: string) {
    super();
    this.#server = server;
    this.#namespace = namespace;
  }

  override async find(name: string): Promise<RunnerPod | undefined> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${encodeURIComponent(name)}`;
    try {
      const metadata = objectOf(
        fieldsOf(await this.#server.ask({ method: 'GET', path })),
        'metadata',
      );
      return {
        uid: textOf(metadata, 'uid'),
        labels: textsOf(metadata, 'labels'),
        annotations: textsOf(metadata, 'annotations'),
        isEnding: textOf(metadata, 'deletionTimestamp') !== '',
      };
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return undefined;
      throw error;
    }
  }
}
