import { eventually } from '@made-open/testing';
import { type InstalledPlatform, measureMemory, podsOf } from '../../src/index.ts';

const atMostMib = 150;
/** Their heaps are cleared up some time after the work. */
const patience = { timeoutMs: 90_000, everyMs: 2000 };
const servers = ['nats', 'postgres'];

export function describeMemory(installed: () => InstalledPlatform): void {
  it('takes little at rest, and says how much', async () => {
    const platform = installed();
    // The kubelet looks at a new pod some seconds after its start.
    const rows = await eventually(async () => {
      const measured = await measureMemory(platform, await podsOf(platform));
      expect(measured.filter(({ rssMib }) => rssMib === 0)).toEqual([]);
      const services = measured.filter(({ component }) => !servers.includes(component));
      expect(services.filter(({ rssMib }) => rssMib > atMostMib)).toEqual([]);
      return measured;
    }, patience);
    const lines = rows.map(
      ({ component, rssMib, workingSetMib }) =>
        `${component.padEnd(20)} ${rssMib.toFixed(0).padStart(4)} MiB of its own, ${workingSetMib.toFixed(0).padStart(4)} MiB with files in use\n`,
    );
    process.stdout.write(`memory at rest:\n${lines.join('')}`);
  });
}
