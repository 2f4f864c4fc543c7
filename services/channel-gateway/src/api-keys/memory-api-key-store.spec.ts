import { apiKeyStoreContract } from '../../test/api/api-key-store.contract.ts';
import { MemoryApiKeyStore } from './memory-api-key-store.ts';

describe('MemoryApiKeyStore', () => {
  apiKeyStoreContract(() => new MemoryApiKeyStore());
});
