import { providerStoreContract } from '../../test/contracts/provider-store.contract.ts';
import { MemoryConnectionStore } from '../connections/memory-connection-store.ts';
import { MemoryPluginStore } from '../plugins/memory-plugin-store.ts';
import { MemoryProviderStore } from './memory-provider-store.ts';

describe('MemoryProviderStore', () => {
  providerStoreContract(() => {
    const plugins = new MemoryPluginStore();
    const connections = new MemoryConnectionStore(plugins);
    const providers = new MemoryProviderStore(connections);
    return Promise.resolve({
      plugins,
      connections,
      providers,
      announced: () => Promise.resolve(providers.announced),
    });
  });
});
