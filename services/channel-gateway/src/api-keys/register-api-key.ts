import type { RegisterApiKeyRequest } from '@made-open/contracts';
import { keyHashPattern, keyIdPattern } from '@made-open/nest';
import { InvalidKeyError, KeyConflictError } from '../errors.ts';
import { isClientScope } from './api-key.ts';
import type { ApiKeyStore } from './api-key-store.ts';

/** Registers a key that was made elsewhere; repeating is harmless. */
export async function registerApiKey(
  store: ApiKeyStore,
  request: RegisterApiKeyRequest,
  now: Date,
): Promise<void> {
  const expiresAt = new Date(request.expiresAt);
  const scopes = request.scopes.filter(isClientScope);
  const faults = [
    keyIdPattern.test(request.keyId) ? '' : 'key_id is not 12 letters and digits',
    keyHashPattern.test(request.keyHash) ? '' : 'key_hash is not a SHA-256 in hexadecimal',
    isName(request.name) ? '' : 'name is empty, too long or not plain text',
    isName(request.spaceId) ? '' : 'space_id is missing, too long or not plain text',
    expiresAt > now ? '' : 'expires_at is not a time to come',
    scopes.length > 0 && scopes.length === request.scopes.length
      ? ''
      : 'scopes are not those of clients',
  ].filter((fault) => fault !== '');
  if (faults.length > 0) throw new InvalidKeyError(faults);
  const { keyId: id, keyHash: hash, name, spaceId } = request;
  const { saved } = await store.save({
    id,
    hash,
    name,
    spaceId,
    scopes,
    expiresAt,
    lastUsedAt: undefined,
  });
  if (!saved) throw new KeyConflictError(id);
}

function isName(text: string): boolean {
  return /^[^\p{Cc}]{1,200}$/u.test(text);
}
