import { eventually } from '@made-open/testing';
import type { InstalledPlatform } from '../../src/index.ts';
import { podsOf } from './pods.ts';

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers: readonly {
      readonly memory?: { readonly rssBytes?: number; readonly workingSetBytes?: number };
    }[];
  }[];
}

interface Measured {
  readonly component: string;
  readonly rssMib: number;
  readonly workingSetMib: number;
}

const mib = 1024 * 1024;
const atMostMib = 150;
const servers = ['nats', 'postgres'];

export function describeMemory(installed: () => InstalledPlatform): void {
  it('takes little at rest, and says how much', async () => {
    const platform = installed();
    // The kubelet looks at a new pod some seconds after its start.
    const rows = await eventually(async () => {
      const measured = await measure(platform);
      expect(measured.filter(({ rssMib }) => rssMib === 0)).toEqual([]);
      return measured;
    });
    const lines = rows.map(
      ({ component, rssMib, workingSetMib }) =>
        `${component.padEnd(20)} ${rssMib.toFixed(0).padStart(4)} MiB of its own, ${workingSetMib.toFixed(0).padStart(4)} MiB with files in use\n`,
    );
    process.stdout.write(`memory at rest:\n${lines.join('')}`);
    const services = rows.filter(({ component }) => !servers.includes(component));
    // Files that several containers use are counted for the one that opened them first.
    expect(services.filter(({ rssMib }) => rssMib > atMostMib)).toEqual([]);
  });
}

async function measure(platform: InstalledPlatform): Promise<Measured[]> {
  const path = '/api/v1/nodes/node-1/proxy/stats/summary';
  const summary: Summary = JSON.parse(await platform.cluster.kubectl(['get', '--raw', path]));
  return (await podsOf(platform)).map(({ name, component }) => {
    const pod = summary.pods.find(({ podRef }) => podRef.name === name);
    const sum = (of: 'rssBytes' | 'workingSetBytes'): number =>
      (pod?.containers ?? []).reduce((total, { memory }) => total + (memory?.[of] ?? 0), 0) / mib;
    return { component, rssMib: sum('rssBytes'), workingSetMib: sum('workingSetBytes') };
  });
}
