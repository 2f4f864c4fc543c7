import type { FileHandle, PluginContext } from './types.ts';

/** One item of a source in the unified model. */
export interface ConnectorDataItem {
  type: 'person' | 'message' | 'calendar_event' | 'document';
  /** The item's id at its source, 1 to 512 characters: items of the same id are one entity. */
  externalId: string;
  /** Fields of the unified model, in snake_case. */
  data: Record<string, unknown>;
  /** The item as the source sent it, kept for debugging and re-processing. */
  raw: unknown;
  /** The item is gone at its source. */
  deleted?: true | undefined;
}

/** Pulls data from an outside service. */
export interface ConnectorPlugin {
  readonly id: string;
  /** Called on the schedule of the connection; yields one item after the other. */
  sync(context: PluginContext): AsyncGenerator<ConnectorDataItem>;
  /** Maps one raw item; pure, since stored raw items are mapped again after a change. */
  mapToUnifiedModel(rawItem: unknown): ConnectorDataItem;
  /**
   * Brings the state of a checkpoint that an earlier version saved to the form of this one; pure. Asked for states of
   * `migratesCheckpointsFrom` and later; `from` is the `checkpointVersion` of the version that saved it.
   */
  migrateCheckpoint?(state: unknown, from: number): unknown;
  /** Takes a push notification of the source; may return items. */
  handleWebhook?(payload: unknown, context: PluginContext): Promise<void | ConnectorDataItem[]>;
  /** Asks the source to send to a webhook of the manifest with `subscription`, or renews what it returned before. */
  subscribe?(request: SubscriptionRequest, context: PluginContext): Promise<WebhookSubscription>;
  /** Asks it to send no more; one that the source does not know is gone already. */
  unsubscribe?(subscription: WebhookSubscription, context: PluginContext): Promise<void>;
  /** Throws when the config does not lead to the source; asked by a person, with one or two quick requests. It writes nothing. */
  testConnection?(context: PluginContext): Promise<void>;
}

/** What a source is to be asked for. */
export interface SubscriptionRequest {
  /** As the manifest calls the webhook; empty for the bare path. */
  readonly webhook: string;
  /** Where the source is to send. */
  readonly url: string;
  /** What `subscribe` returned last; undefined for a first one. */
  readonly current: WebhookSubscription | undefined;
}

/** A subscription at a source; what a plugin adds to it is kept. */
export interface WebhookSubscription {
  readonly id: string;
  /** RFC 3339; it is renewed before. Absent: it does not expire. */
  readonly expiresAt?: string | undefined;
  readonly [key: string]: unknown;
}

/** A message that the platform sends through a channel. */
export interface OutboundMessage {
  readonly to: string;
  readonly body: string;
  readonly from?: string | undefined;
  /** The same in every attempt at this message, 1 to 64 letters, digits and `-`. */
  readonly idempotencyKey?: string | undefined;
  /** Files that go along. */
  readonly attachments?: readonly OutboundAttachment[] | undefined;
  /** Of the conversation that it belongs to, as the channel calls it. */
  readonly threadId?: string | undefined;
  /**
   * Where the provider may report to this connection: the address of its webhooks, without a name. Absent when the platform has no
   * public address, or the address holds a token.
   */
  readonly webhookUrl?: string | undefined;
  readonly [key: string]: unknown;
}

/** A stored file that goes along with a message. */
export interface OutboundAttachment extends FileHandle {
  /** Where a provider may fetch it for an hour, without a key. Absent when the platform has no public address. */
  readonly url?: string | undefined;
}

/** How a message stands when the provider has taken it. */
export interface SendResult {
  /** The provider's id of the message: status reports name it. */
  readonly externalId?: string | undefined;
  /** `sent` unless given; `delivered` where the provider knows at once, `failed` where it answered and will not send. */
  readonly status?: 'sent' | 'delivered' | 'failed' | undefined;
  readonly threadId?: string | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** A call that the platform places through a channel. */
export interface OutboundCall {
  readonly to: string;
  readonly from: string;
  /** The same in every attempt at this call. */
  readonly idempotencyKey?: string | undefined;
  /** As of messages. */
  readonly webhookUrl?: string | undefined;
  readonly [key: string]: unknown;
}

/** The provider's id of a call, and its state. */
export interface CallResult {
  readonly callSid: string;
  readonly status: string;
}

/** A fax that the platform sends through a provider. */
export interface OutboundFax {
  readonly to: string;
  readonly from?: string | undefined;
  /** A PDF. */
  readonly file: OutboundAttachment;
  /** The same in every attempt at this fax, 1 to 64 letters, digits and `-`. */
  readonly idempotencyKey: string;
  /** As of messages. */
  readonly webhookUrl?: string | undefined;
  readonly [key: string]: unknown;
}

/** How a fax stands; the same words for every provider. */
export type FaxStatus =
  'accepted' | 'queued' | 'in_progress' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';

/** What a provider says of a fax. */
export interface FaxResult {
  /** The provider's id of the fax. */
  readonly jobId?: string | undefined;
  readonly status: FaxStatus;
  /** In the provider's words. */
  readonly providerStatus?: string | undefined;
  readonly pages?: number | undefined;
  readonly error?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** Sends faxes: the functions of a channel whose manifest lists `send_fax` under `actions`. */
export interface FaxChannel {
  /** Sends once: the platform tries again where that is safe. */
  sendFax(fax: OutboundFax, context: PluginContext): Promise<FaxResult>;
  /** With `get_status` under `actions`. */
  getStatus?(jobId: string, context: PluginContext): Promise<FaxResult>;
  /** With `cancel_fax` under `actions`; the status is `cancelled` when it came in time. */
  cancelFax?(jobId: string, context: PluginContext): Promise<FaxResult>;
}

/** Sends and receives with a messaging or voice provider. */
export interface ChannelPlugin {
  readonly id: string;
  readonly channelType: string;
  /** Takes a webhook payload of the provider, after its signature was checked. */
  handleIncomingEvent(payload: unknown, context: PluginContext): Promise<void>;
  /** Sends once: the platform tries again where that is safe. What it returns is kept with the message. */
  sendMessage(message: OutboundMessage, context: PluginContext): Promise<void | SendResult>;
  placeCall?(call: OutboundCall, context: PluginContext): Promise<CallResult>;
  /**
   * Asked on the schedule of the connection, for providers that must be asked for what came in: yields items, emits events
   * and saves checkpoints as a connector does.
   */
  sync?(context: PluginContext): AsyncGenerator<ConnectorDataItem>;
  /** As of connectors. */
  subscribe?(request: SubscriptionRequest, context: PluginContext): Promise<WebhookSubscription>;
  unsubscribe?(subscription: WebhookSubscription, context: PluginContext): Promise<void>;
  /** Throws when the config does not lead to the provider; asked by a person, with one or two quick requests. It writes nothing. */
  testConnection?(context: PluginContext): Promise<void>;
}

/** Decides one condition of a rule. */
export interface RuleOperator {
  /** What rule authors read. */
  readonly description?: string | undefined;
  /**
   * Whether a value of an event (`fact`) and the value that the rule names agree. At most two seconds; it may be asked
   * several times for one event.
   */
  evaluate(fact: unknown, value: unknown, context: PluginContext): boolean | Promise<boolean>;
}

/** Adds predicates to rules. */
export interface OperatorPlugin {
  readonly id: string;
  /** By the names that the manifest lists under `operators`. */
  readonly operators: Readonly<Record<string, RuleOperator>>;
}
