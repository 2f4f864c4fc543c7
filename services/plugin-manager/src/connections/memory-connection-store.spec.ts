import { connectionStoreContract } from '../../test/contracts/connection-store.contract.ts';
import { MemoryPluginStore } from '../plugins/memory-plugin-store.ts';
import { MemoryConnectionStore } from './memory-connection-store.ts';

describe('MemoryConnectionStore', () => {
  connectionStoreContract(() => {
    const plugins = new MemoryPluginStore();
    const connections = new MemoryConnectionStore(plugins);
    return Promise.resolve({
      plugins,
      connections,
      stateChanges: () =>
        Promise.resolve(connections.stateChanges.map(({ from, to }) => `${from} → ${to}`)),
      announced: () => Promise.resolve(connections.announced),
    });
  });
});
