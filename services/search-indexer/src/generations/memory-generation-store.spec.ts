import { generationStoreContract } from '../../test/generation-store.contract.ts';
import { MemoryGenerationStore } from './memory-generation-store.ts';

describe('MemoryGenerationStore', () => {
  generationStoreContract(() => Promise.resolve(new MemoryGenerationStore()));
});
