import { vaultContract } from '../../test/contracts/vault.contract.ts';
import { MemoryVault } from './memory-vault.ts';

describe('MemoryVault', () => {
  vaultContract(() => Promise.resolve(new MemoryVault()));
});
