import type { CpuTimes } from '../measure/cpu-times.ts';

/** Where an inbound message is on its way to the reply, in order; each is named by what has just been done. */
export const steps = [
  'stored',
  'dispatched',
  'handled by the channel',
  'told as an event',
  'asked of the operator',
  'decided by the operator',
  'told to send',
  'handed to the channel',
  'at the provider',
] as const;
export type Step = (typeof steps)[number];

/** Milliseconds from the request to the webhook on. */
export type Timeline = Readonly<Record<Step, number>>;

export interface ChannelResult {
  /** One message at a time, each answered by a rule with an operator of a plugin. */
  readonly replies: readonly Timeline[];
  /** Messages as fast as they are taken, without a rule. */
  readonly inbound: {
    readonly messages: number;
    readonly conversations: number;
    readonly wallMs: number;
    readonly cpuMs: CpuTimes;
  };
  readonly cores: number;
  /** Load average before and after. */
  readonly load: readonly [number, number];
}
