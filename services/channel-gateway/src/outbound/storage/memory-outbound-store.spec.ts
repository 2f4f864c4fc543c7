import { outboundStoreContract } from '../../../test/outbound/outbound-store.contract.ts';
import { MemoryOutboundStore } from './memory-outbound-store.ts';

describe('MemoryOutboundStore', () => {
  outboundStoreContract(() => new MemoryOutboundStore());
});
