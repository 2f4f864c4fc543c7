import type { SealedBox } from '@made-open/bus';

/** Says whose runner a pod is, sealed for that pod alone. */
export abstract class RunnerIdentities {
  /** The request was sealed to plugin-manager: it holds a token that would do for anybody. */
  abstract identify(request: SealedBox): Promise<SealedBox>;
}
