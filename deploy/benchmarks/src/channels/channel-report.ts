import { microsPerItem, total } from '../measure/cpu-times.ts';
import { steps, type ChannelResult, type Timeline } from './channel-result.ts';

/** Of a machine that does nothing else: half of the replies, and nearly all. */
const goalMs = 1000;

/** The value that a share of all does not pass. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The whole result as text for a terminal. */
export function channelReport({ replies, inbound, cores, load }: ChannelResult): string {
  const whole = replies.map((times) => times['at the provider']);
  const takenIn = replies.map((times) => times['told as an event']);
  const ratio = quantile(whole, 0.5) / quantile(takenIn, 0.5);
  const { messages, conversations, wallMs, cpuMs } = inbound;
  const micros = microsPerItem(cpuMs, messages);
  return [
    `a rule with an operator of a plugin answers (${String(replies.length)} messages), ms`,
    `${'step'.padEnd(26)}   p50   p95   share`,
    ...steps.map((step, index) => stepLine(step, replies, index)),
    line('from request to request', whole) + `   goal ${String(goalMs)}`,
    `reply ÷ taking the message in: ${ratio.toFixed(1)}×`,
    '',
    `taken in: ${((messages * 1000) / wallMs).toFixed(1)} messages/s of ${String(conversations)} conversations`,
    `CPU ms per message: ${(total(micros) / 1000).toFixed(1)} (${Object.entries(micros)
      .toSorted(([, a], [, b]) => b - a)
      .map(([part, value]) => `${part} ${(value / 1000).toFixed(1)}`)
      .join(', ')})`,
    '',
    `${String(cores)} cores, load average ${load[0].toFixed(1)} before, ${load[1].toFixed(1)} after`,
  ].join('\n');
}

function stepLine(step: (typeof steps)[number], replies: readonly Timeline[], index: number) {
  const before = steps[index - 1];
  const took = replies.map((times) => times[step] - (before === undefined ? 0 : times[before]));
  const whole = replies.reduce((sum, times) => sum + times['at the provider'], 0);
  const share = (took.reduce((sum, ms) => sum + ms, 0) / whole) * 100;
  return `${line(step, took)}${`${share.toFixed(0)} %`.padStart(8)}`;
}

function line(title: string, values: readonly number[]): string {
  const figures = [quantile(values, 0.5), quantile(values, 0.95)];
  return `${title.padEnd(26)}${figures.map((ms) => ms.toFixed(0).padStart(6)).join('')}`;
}
