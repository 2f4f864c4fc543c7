import { randomBytes } from 'node:crypto';
import { WalletError } from '../errors.ts';
import { openBytes, sealBytes } from '../keys/aead.ts';
import type { KeyContext, KeyProvider, WrappedKey } from '../keys/key-provider.ts';

/** What is kept: the config of a connection, or what OAuth needs beside it. */
export type SecretKind = 'config' | 'oauth_client' | 'oauth_tokens' | 'oauth_attempt';

/** Whose value it is: bound into the ciphertext, so that a row moved elsewhere does not open. */
export interface SecretOwner {
  readonly kind: SecretKind;
  readonly spaceId: string;
  readonly pluginId: string;
  /** For the client of OAuth the id of its plugin, for an attempt its own. */
  readonly connectionId: string;
  readonly revision: number;
}

/** A value as it lies in the database. */
export interface Envelope extends WrappedKey {
  /** The value under its data key. */
  readonly sealed: Buffer;
}

const dataKeyBytes = 32;

/** Encrypts a value under a data key of its own; a data key is used once, so its nonce cannot repeat. */
export async function encrypt(
  keys: KeyProvider,
  owner: SecretOwner,
  value: string,
): Promise<Envelope> {
  const dataKey = randomBytes(dataKeyBytes);
  try {
    const wrapped = await keys.wrap(dataKey, contextOf(owner));
    return { ...wrapped, sealed: sealBytes(dataKey, bindingOf(owner), Buffer.from(value)) };
  } finally {
    dataKey.fill(0);
  }
}

/** Opens a value; throws when the row was changed, moved, or its key is not there. Never gives a default. */
export async function decrypt(
  keys: KeyProvider,
  owner: SecretOwner,
  envelope: Envelope,
): Promise<string> {
  const dataKey = await keys.unwrap(envelope, contextOf(owner));
  try {
    return openBytes(dataKey, bindingOf(owner), envelope.sealed).toString();
  } catch (cause) {
    throw new WalletError(
      'secret_tampered',
      `the ${owner.kind} of ${owner.connectionId} does not open: its row was changed; enter it again`,
      { cause },
    );
  } finally {
    dataKey.fill(0);
  }
}

/** Wraps the data key of an envelope under the active key; the value itself stays as it is. */
export async function rewrap(
  keys: KeyProvider,
  owner: SecretOwner,
  envelope: WrappedKey,
): Promise<WrappedKey> {
  const dataKey = await keys.unwrap(envelope, contextOf(owner));
  try {
    return await keys.wrap(dataKey, contextOf(owner));
  } finally {
    dataKey.fill(0);
  }
}

function contextOf({ kind, spaceId, pluginId, connectionId, revision }: SecretOwner): KeyContext {
  const context = [spaceId, pluginId, connectionId, revision];
  return kind === 'config' ? context : [...context, kind];
}

function bindingOf(owner: SecretOwner): string {
  return JSON.stringify(['madeopen-secret-v1', ...contextOf(owner)]);
}
