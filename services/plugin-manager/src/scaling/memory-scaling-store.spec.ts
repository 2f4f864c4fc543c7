import { scalingStoreContract } from '../../test/contracts/scaling-store.contract.ts';
import { MemoryScalingStore } from './memory-scaling-store.ts';

describe('MemoryScalingStore', () => {
  scalingStoreContract(() => Promise.resolve(new MemoryScalingStore()));
});
