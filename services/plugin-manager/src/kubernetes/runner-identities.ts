import type { SealedBox } from '@made-open/bus';

/** What a pod shows that wants to know whose runner it is. */
export interface IdentityRequest {
  readonly token: string;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Says whose runner a pod is, sealed for that pod alone. */
export abstract class RunnerIdentities {
  abstract identify(request: IdentityRequest): Promise<SealedBox>;
}
