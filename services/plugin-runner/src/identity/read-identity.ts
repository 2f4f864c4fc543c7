import { IdentityError } from '../errors.ts';

/** What a runner of one plugin needs, as plugin-manager gives it to a pod. */
export interface Identity {
  /** Text of NATS credentials, good for `expiresInSeconds`. */
  readonly credentials: string;
  /** Shown once to the wallet. */
  readonly ticket: string;
  /** SPKI PEM of the wallet's Ed25519 key. */
  readonly walletSigningKey: string;
  readonly expiresInSeconds: number;
}

/** Reads what was sealed for this runner. */
export function readIdentity(text: string): Identity {
  const value: unknown = JSON.parse(text);
  const { credentials, ticket, walletSigningKey, expiresInSeconds }: Record<string, unknown> = {
    ...(typeof value === 'object' ? value : {}),
  };
  if (
    typeof credentials !== 'string' ||
    typeof ticket !== 'string' ||
    typeof walletSigningKey !== 'string' ||
    typeof expiresInSeconds !== 'number'
  )
    throw new IdentityError('the answer lacks credentials, ticket, walletSigningKey or its end');
  return { credentials, ticket, walletSigningKey, expiresInSeconds };
}
