import type { Reason } from '../connection.ts';

/** A sync that waits for its source. */
export interface Throttle {
  readonly runId: string;
  /** RFC 3339; empty when it was not told. */
  readonly until: string;
  readonly reason: Reason;
}

/** What is known of how a connection fares, beside whether its newest sync failed. Stored as JSON. */
export interface ConnectionSignals {
  /** A run, a test, a delivery or a message of it has ended. */
  readonly isTried?: true;
  readonly throttle?: Throttle;
  /** Why subscriptions failed, by webhook. */
  readonly subscriptions?: Readonly<Record<string, Reason>>;
  /** How it stands with webhooks that something came to: why the newest that was given up was; null when it was handled. */
  readonly webhooks?: Readonly<Record<string, Reason | null>>;
  /** Why its newest message or call could not be sent, where that was not the message's fault. */
  readonly sending?: Reason;
}

/** News of how a connection fares. */
export type Signal =
  | { readonly kind: 'tried' }
  | { readonly kind: 'throttled'; readonly throttle: Throttle }
  /** A message or call was sent, or was not for a reason that keeps others from being sent, too. */
  | { readonly kind: 'sending'; readonly failure: Reason | undefined }
  /** The run goes on, or is over. */
  | { readonly kind: 'released'; readonly runId: string }
  | {
      readonly kind: 'subscription' | 'webhook';
      readonly webhook: string;
      /** Absent when all is well. */
      readonly failure: Reason | undefined;
    };

/** What is known once news is taken in; the same object when it says nothing new. */
export function withSignal(signals: ConnectionSignals, signal: Signal): ConnectionSignals {
  switch (signal.kind) {
    case 'tried':
      return tried(signals);
    case 'throttled':
      return { ...tried(signals), throttle: signal.throttle };
    case 'sending':
      return withSending(tried(signals), signal.failure);
    case 'released':
      return released(signals, signal.runId);
    case 'subscription':
      return withSubscription(signals, signal.webhook, signal.failure);
    default:
      return withWebhook(signals, signal.webhook, signal.failure);
  }
}

/** A run that has ended meanwhile waits for nothing: events come late, and twice. */
export function isOver(signal: Signal, newestEnded: string | null | undefined): boolean {
  return signal.kind === 'throttled' && signal.throttle.runId <= (newestEnded ?? '');
}

function tried(signals: ConnectionSignals): ConnectionSignals {
  return signals.isTried === true ? signals : { ...signals, isTried: true };
}

/** Ids of runs rise: one that is older than what ended meanwhile waits no more. */
function released(signals: ConnectionSignals, runId: string): ConnectionSignals {
  const { throttle, ...rest } = signals;
  return throttle === undefined || throttle.runId > runId ? signals : rest;
}

function withSending(signals: ConnectionSignals, failure: Reason | undefined): ConnectionSignals {
  return failure === undefined ? withoutSending(signals) : { ...signals, sending: failure };
}

/** As it is when something has changed that sending may have failed for. */
export function withoutSending(signals: ConnectionSignals): ConnectionSignals {
  const { sending, ...rest } = signals;
  return sending === undefined ? signals : rest;
}

function withSubscription(
  signals: ConnectionSignals,
  webhook: string,
  failure: Reason | undefined,
): ConnectionSignals {
  const { [webhook]: known, ...others } = signals.subscriptions ?? {};
  if (failure === undefined && known === undefined) return signals;
  const subscriptions = failure === undefined ? others : { ...others, [webhook]: failure };
  return { ...signals, subscriptions };
}

function withWebhook(
  signals: ConnectionSignals,
  webhook: string,
  failure: Reason | undefined,
): ConnectionSignals {
  const { webhooks = {} } = signals;
  if (failure === undefined && webhooks[webhook] === null) return tried(signals);
  return { ...tried(signals), webhooks: { ...webhooks, [webhook]: failure ?? null } };
}
