import { canariesContract } from '../../test/contracts/canaries.contract.ts';
import { MemoryPluginStore } from './memory-plugin-store.ts';

describe('MemoryPluginStore', () => {
  canariesContract(() => {
    const plugins = new MemoryPluginStore();
    return Promise.resolve({ plugins, announced: () => Promise.resolve(plugins.announced) });
  });
});
