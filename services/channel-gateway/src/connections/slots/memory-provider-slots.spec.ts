import { providerSlotsContract } from '../../../test/connections/provider-slots.contract.ts';
import { MemoryProviderSlots } from './memory-provider-slots.ts';

describe('MemoryProviderSlots', () => {
  providerSlotsContract(() => new MemoryProviderSlots());
});
