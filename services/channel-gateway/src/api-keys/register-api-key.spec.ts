import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { RegisterApiKeyRequestSchema } from '@made-open/contracts';
import { InvalidKeyError, KeyConflictError } from '../errors.ts';
import { MemoryApiKeyStore } from './memory-api-key-store.ts';
import { registerApiKey } from './register-api-key.ts';

const now = new Date('2026-01-01T00:00:00Z');
const valid = {
  keyId: 'abcdefABCDEF',
  keyHash: 'a'.repeat(64),
  name: 'a client',
  spaceId: 'default',
  scopes: ['data:read'],
  expiresAt: '2026-02-01T00:00:00Z',
};
const store = new MemoryApiKeyStore();
const register = (of: MessageInitShape<typeof RegisterApiKeyRequestSchema>): Promise<void> =>
  registerApiKey(store, create(RegisterApiKeyRequestSchema, { ...valid, ...of }), now);

describe('registerApiKey', () => {
  it('keeps what it was told, and can be repeated', async () => {
    await register({});
    await register({});
    expect(await store.find(valid.keyId)).toMatchObject({
      hash: valid.keyHash,
      spaceId: 'default',
      scopes: ['data:read'],
      expiresAt: new Date(valid.expiresAt),
    });
  });

  it('does not put another key in the place of one', async () => {
    await register({});
    await expect(register({ keyHash: 'b'.repeat(64) })).rejects.toThrow(KeyConflictError);
  });

  it.each([
    { keyId: 'short' },
    { keyHash: 'A'.repeat(64) },
    { spaceId: '' },
    { name: '' },
    { name: 'a\0b' },
    { name: 'x'.repeat(201) },
    { scopes: [] },
    { scopes: ['data:read', 'admin:keys:write'] },
    { expiresAt: '' },
    { expiresAt: '2025-12-31T00:00:00Z' },
  ])('refuses %j', async (fault) => {
    await expect(register(fault)).rejects.toThrow(InvalidKeyError);
  });

  it('names all faults at once', async () => {
    await expect(register({ keyId: '', scopes: [] })).rejects.toThrow(/key_id .*scopes/u);
  });
});
