import type { JsonObject } from '@bufbuild/protobuf';
import type { FaxProgress } from './faxes/fax.ts';

export const outboundStates = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'failed',
  'unknown',
  'cancelled',
] as const;

export type OutboundState = (typeof outboundStates)[number];

export type OutboundKind = 'message' | 'call' | 'fax';

/** Kinds that clients send through a channel that they name; faxes have routes of their own. */
export type ChannelKind = Exclude<OutboundKind, 'fax'>;

/** A stored file that goes along. */
export interface Attachment {
  readonly fileId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}

/** What is to be sent, as the client said it. */
export interface OutboundContent {
  readonly to: string;
  /** Empty: the channel has one of its own. */
  readonly from: string;
  /** Empty for a call and a fax. */
  readonly body: string;
  readonly threadId: string;
  /** The one file of a fax. */
  readonly attachments: readonly Attachment[];
  /** Further members for the plugin, as they are. */
  readonly attributes: JsonObject;
}

/** Why something went wrong. */
export interface OutboundError {
  readonly code: string;
  readonly message: string;
}

/** A message, call or fax on its way to a provider. */
export interface Outbound {
  readonly id: string;
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly channelType: string;
  readonly kind: OutboundKind;
  readonly content: OutboundContent;
  /** An API key's id, or `rule:<id>`. */
  readonly requestedBy: string;
  /** Ids of the rules that led to it. */
  readonly causedBy: readonly string[];
  readonly state: OutboundState;
  /** Attempts that a runner has begun. */
  readonly attempts: number;
  /** An attempt that is over may have reached the receiver; what comes later does not undo that. */
  readonly mayHaveGone: boolean;
  /** The provider's id; empty as long as it told none. */
  readonly externalId: string;
  /** Of the conversation, as the client or then the provider has it; empty for none. */
  readonly threadId: string;
  /** As the provider calls it. */
  readonly providerStatus: string;
  readonly error: OutboundError | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly sentAt: Date | undefined;
  readonly deliveredAt: Date | undefined;
  /** Queued: its next attempt. Sending: until when its result is waited for. A fax that is sent: the next question. Else absent. */
  readonly wakeAt: Date | undefined;
  /** Of a fax only. */
  readonly fax?: FaxProgress | undefined;
}

/** One try at the provider. */
export interface Attempt {
  readonly id: string;
  readonly outboundId: string;
  readonly createdAt: Date;
  /** A runner begins and ends by then. */
  readonly endBefore: Date;
  /** Who was let begin, and when; a runner that was never let has sent nothing. */
  readonly asker: string;
  readonly begunAt: Date | undefined;
  /** Open, waited for in vain, or with its result. */
  readonly outcome: 'open' | 'expired' | 'settled';
}

/** What a client hears of: each is one event. */
export type OutboundNews = 'queued' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'cancelled';
