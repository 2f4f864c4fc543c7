import { fleetStoreContract } from '../../../test/contracts/fleet-store.contract.ts';
import { MemoryFleetStore } from './memory-fleet-store.ts';

describe('MemoryFleetStore', () => {
  fleetStoreContract(() => new MemoryFleetStore());
});
