import type { ClusterResult } from './cluster-result.ts';

/** Of a machine that does nothing else. */
const goals = { firstResultMs: 3000, fromZeroMs: 1500 };
const goalMib = { service: 150, runner: 200 };
const servers = ['nats', 'postgres'];

/** The middle one, or the lower of two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** The whole result as text for a terminal. */
export function clusterReport(result: ClusterResult): string {
  const { firstResultMs, fromZeroMs, warmMs, memory, load } = result;
  const ratio = median(fromZeroMs) / median(warmMs);
  return [
    'ms                                median   fastest   slowest   goal',
    line('approval to first result', firstResultMs, goals.firstResultMs),
    line('sync to request, no runner', fromZeroMs, goals.fromZeroMs),
    line('sync to request, a runner', warmMs),
    '',
    `no runner ÷ a runner: ${ratio.toFixed(1)}×`,
    '',
    'MiB at rest              own   with files in use   of the goal',
    ...memory.map(memoryLine),
    '',
    `load average ${load[0].toFixed(1)} before, ${load[1].toFixed(1)} after`,
  ].join('\n');
}

function line(title: string, values: readonly number[], goal?: number): string {
  const figures = [median(values), Math.min(...values), Math.max(...values)];
  const cells = figures.map((ms) => ms.toFixed(0).padStart(10)).join('');
  return `${title.padEnd(30)}${cells}${goal === undefined ? '' : String(goal).padStart(7)}`;
}

function memoryLine({ component, rssMib, workingSetMib }: ClusterResult['memory'][number]): string {
  const goal = component === 'plugin-runner' ? goalMib.runner : goalMib.service;
  const share = servers.includes(component)
    ? ''
    : `${((workingSetMib / goal) * 100).toFixed(0)} %`.padStart(14);
  const cells = `${rssMib.toFixed(0).padStart(8)}${workingSetMib.toFixed(0).padStart(20)}`;
  return `${component.padEnd(20)}${cells}${share}`;
}
