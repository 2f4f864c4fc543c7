import type { Outbound, OutboundError } from '../outbound.ts';
import type { PollPlan } from './poll-plan.ts';

/** How a fax stands, for clients and in the words of providers. */
export const faxStates = [
  'accepted',
  'queued',
  'in_progress',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
] as const;

export type FaxState = (typeof faxStates)[number];

/** What a fax has beside what every outbound has. */
export interface FaxProgress {
  /** The version that was active when it was accepted: no other sends it or is asked about it. */
  readonly pluginVersion: string;
  /** As its provider said last. */
  readonly status: FaxState;
  /** 0: nobody said. */
  readonly pages: number;
  /** The provider can be asked for its state. */
  readonly canAsk: boolean;
  readonly canCancel: boolean;
  readonly plan: PollPlan;
  /** Questions so far. */
  readonly asked: number;
  /** RFC 3339, when nobody asks any more; empty before the provider has it. */
  readonly pollUntil: string;
  /** Of the question under way; empty for none. */
  readonly questionId: string;
  /** It is asked to cancel the fax as soon as it can be asked. */
  readonly isCancelWanted: boolean;
  /** The question under way is that one. */
  readonly isCancelling: boolean;
  /** Somebody tries out a provider. */
  readonly isTest: boolean;
}

/** An outbound that is a fax. */
export type Fax = Outbound & { readonly fax: FaxProgress };

/** What a provider says of a fax, by an answer or a webhook. */
export interface ToldOfFax {
  /** Empty when it told none. */
  readonly jobId: string;
  readonly status: FaxState;
  /** In its own words. */
  readonly providerStatus: string;
  readonly pages: number | undefined;
  readonly error: OutboundError | undefined;
}

export function isFax(outbound: Outbound): outbound is Fax {
  return outbound.fax !== undefined;
}

/** How it stands for clients. */
export function faxStateOf({ state, fax }: Fax): FaxState {
  switch (state) {
    case 'queued':
    case 'sending':
      return 'accepted';
    case 'sent':
      return fax.status;
    case 'delivered':
      return 'succeeded';
    default:
      return state;
  }
}

export function isFaxState(text: unknown): text is FaxState {
  return faxStates.some((known) => known === text);
}
