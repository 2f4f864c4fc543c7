import { open, readSealingPrivateKey, type SealedBox } from '@made-open/bus';
import type { Secret } from '@made-open/nest';
import { PodRefusedError } from '../../errors.ts';

/** What a pod shows that wants to know whose runner it is. */
export interface IdentityRequest {
  readonly token: string;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

const keyBytes = 32;

/** Opens what a pod has sealed to plugin-manager. */
export async function readIdentityRequest(
  box: SealedBox,
  identityKey: Secret,
): Promise<IdentityRequest> {
  const key = await readSealingPrivateKey(identityKey.reveal());
  const text = await open(key, ['madeopen-runner-request-v1'], box).catch((cause: unknown) => {
    throw new PodRefusedError('its request was not sealed to the identity key of now', { cause });
  });
  const { token, publicKey } = fieldsOf(text);
  const bytes = Buffer.from(typeof publicKey === 'string' ? publicKey : '', 'base64url');
  if (typeof token !== 'string' || bytes.length !== keyBytes)
    throw new PodRefusedError('its request holds no token, or no key to answer to');
  return { token, publicKey: bytes };
}

function fieldsOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
