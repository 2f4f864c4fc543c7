import { seal, type SealedBox } from '@made-open/bus';
import type { Secret } from '@made-open/nest';
import { sha256 } from '../../bundles/digest.ts';
import { PodRefusedError } from '../../errors.ts';
import { annotations, labels, managerName, runnerComponent } from '../names.ts';
import type { PodTokens, TokenOwner } from './pod-token.ts';
import type { Pods, RunnerPod } from './pods.ts';
import { readIdentityRequest } from './identity-request.ts';
import { RunnerIdentities } from './runner-identities.ts';

/** What a runner of one plugin is given. */
export interface IssuedIdentity {
  readonly credentials: string;
  readonly ticket: string;
  readonly walletSigningKey: string;
  readonly expiresInSeconds: number;
}

export interface IdentifyRunnerParts {
  readonly tokens: Pick<PodTokens, 'owner'>;
  readonly pods: Pods;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly installation: string;
  readonly issue: (pluginId: string) => Promise<IssuedIdentity>;
  /** PKCS8 PEM of the X25519 key that pods seal their requests to. */
  readonly identityKey: Secret;
}

/** Gives a pod what its plugin's runner needs; who it is, the cluster says: its token, and its own object. */
export class IdentifyRunner extends RunnerIdentities {
  readonly #parts: IdentifyRunnerParts;

  constructor(parts: IdentifyRunnerParts) {
    super();
    this.#parts = parts;
  }

  override async identify(request: SealedBox): Promise<SealedBox> {
    const { token, publicKey } = await readIdentityRequest(request, this.#parts.identityKey);
    const owner = await this.#parts.tokens.owner(token);
    const { namespace, serviceAccount } = this.#parts;
    if (owner.namespace !== namespace || owner.serviceAccount !== serviceAccount)
      throw new PodRefusedError(
        `it runs as ${owner.namespace}/${owner.serviceAccount} instead of ${namespace}/${serviceAccount}`,
      );
    const pluginId = this.#pluginOf(await this.#parts.pods.find(owner.podName), owner);
    const identity = await this.#parts.issue(pluginId);
    const info = ['madeopen-runner-identity-v1', pluginId, sha256(token)];
    return seal(publicKey, info, JSON.stringify(identity));
  }

  #pluginOf(pod: RunnerPod | undefined, { podName, podUid }: TokenOwner): string {
    // A token outlives its pod, and another pod may come to have the name.
    if (pod?.uid !== podUid) throw new PodRefusedError(`there is no pod ${podName} any more`);
    if (pod.isEnding) throw new PodRefusedError(`the pod ${podName} is being ended`);
    const expected = {
      [labels.managedBy]: managerName,
      [labels.component]: runnerComponent,
      [labels.installation]: this.#parts.installation,
    };
    const pluginId = pod.annotations[annotations.pluginId] ?? '';
    const isOurs = Object.entries(expected).every(([name, value]) => pod.labels[name] === value);
    if (!isOurs || pluginId === '')
      throw new PodRefusedError(`the pod ${podName} was not made by plugin-manager`);
    return pluginId;
  }
}
