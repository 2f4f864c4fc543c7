import ivm from 'isolated-vm';
import { jetstream } from '@nats-io/jetstream';
import { naiveSubjects } from './naive-messages.ts';
import { connectNats, serveOrders } from './naive-process.ts';

const memoryMb = 128;
const drive = `import { plugin } from 'plugin';
let items;
export const begin = (config) => { items = plugin.sync({ config }); };
export const next = async () => (await items.next()).value;`;

serveOrders(async (options) => {
  const stream = jetstream(await connectNats(options));
  return async (config) => {
    const isolate = new ivm.Isolate({ memoryLimit: memoryMb });
    try {
      const context = await isolate.createContext();
      const plugin = await isolate.compileModule(options.pluginSource);
      const driver = await isolate.compileModule(drive);
      await driver.instantiate(context, () => plugin);
      await driver.evaluate();
      const begin = await driver.namespace.get('begin', { reference: true });
      const next = await driver.namespace.get('next', { reference: true });
      await begin.apply(undefined, [config], { arguments: { copy: true } });
      for (let count = 0; ; count++) {
        const item: unknown = await next.apply(undefined, [], {
          result: { promise: true, copy: true },
        });
        if (item === undefined) return count;
        await stream.publish(naiveSubjects.items, JSON.stringify(item));
      }
    } finally {
      isolate.dispose();
    }
  };
});
