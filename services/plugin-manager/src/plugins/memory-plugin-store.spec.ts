import { pluginStoreContract } from '../../test/contracts/plugin-store.contract.ts';
import { MemoryPluginStore } from './memory-plugin-store.ts';

describe('MemoryPluginStore', () => {
  pluginStoreContract(() => {
    const plugins = new MemoryPluginStore();
    return Promise.resolve({
      plugins,
      announced: () => Promise.resolve(plugins.announced),
      connect: (pluginId) => {
        plugins.isConnected = (id) => id === pluginId;
        return Promise.resolve();
      },
    });
  });
});
