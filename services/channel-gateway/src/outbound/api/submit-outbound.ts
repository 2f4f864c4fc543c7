import { FileService } from '@made-open/contracts';
import { uuidv7 } from 'uuidv7';
import type { Ask } from '../../ask.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/connection-store.ts';
import { InvalidParametersError } from '../../errors.ts';
import {
  ChannelNotFoundError,
  IdempotencyKeyReusedError,
  InactiveChannelError,
  NoChannelError,
} from '../errors.ts';
import type { Attachment, Outbound, OutboundContent, ChannelKind } from '../outbound.ts';
import { outboundEvent } from '../sending/announcements.ts';
import type { KnownSubmission, OutboundStore } from '../storage/outbound-store.ts';
import { fingerprintOf } from './idempotency-key.ts';
import { readContent } from './read-content.ts';

export interface OutboundRequest {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly kind: ChannelKind;
  /** As it came. */
  readonly content: unknown;
  readonly key: string;
  /** Whose keys are told apart. */
  readonly client: string;
  readonly requestedBy: string;
  readonly causedBy: readonly string[];
}

export interface Submitted {
  readonly outbound: Outbound;
  /** The key had led to it before. */
  readonly isRepeated: boolean;
}

/** Accepts a message or call for sending, once for each idempotency key. */
export class SubmitOutbound {
  readonly #store: OutboundStore;
  readonly #connections: ConnectionStore;
  readonly #ask: Ask;
  readonly #onNew: () => void;

  constructor(
    parts: {
      readonly store: OutboundStore;
      readonly connections: ConnectionStore;
      readonly ask: Ask;
    },
    onNew: () => void,
  ) {
    this.#store = parts.store;
    this.#connections = parts.connections;
    this.#ask = parts.ask;
    this.#onNew = onNew;
  }

  async submit(request: OutboundRequest): Promise<Submitted> {
    const { spaceId, connectionId, kind, client } = request;
    const content = readContent(kind, request.content);
    const key = { spaceId, client, key: request.key };
    const fingerprint = fingerprintOf([connectionId, kind, content]);
    // First of all: what was accepted once is answered as it was, whatever became of the connection since.
    const known = await this.#store.known(key);
    if (known !== undefined) return repeated(known, fingerprint);
    const connection = await this.#channel(spaceId, connectionId);
    const { fileIds, ...texts } = content;
    const attachments = await this.#attachments(spaceId, fileIds);
    const of = { connection, content: { ...texts, attachments }, now: await this.#store.now() };
    const outbound = queued(request, of);
    const messages = [outboundEvent('queued', outbound, outbound.createdAt)];
    const submitted = await this.#store.submit({ key, fingerprint, outbound, messages });
    if (!submitted.isNew) return repeated(submitted, fingerprint);
    this.#onNew();
    return { outbound, isRepeated: false };
  }

  async #channel(spaceId: string, connectionId: string): Promise<Connection> {
    const connection = await this.#connections.find(connectionId);
    if (connection?.spaceId !== spaceId || connection.state === 'deleted')
      throw new ChannelNotFoundError();
    if (connection.pluginType !== 'channel') throw new NoChannelError(connection.pluginType);
    if (connection.state !== 'active') throw new InactiveChannelError(connection.state);
    return connection;
  }

  async #attachments(spaceId: string, fileIds: readonly string[]): Promise<readonly Attachment[]> {
    const asked = fileIds.map(async (fileId, index) => {
      const { file } = await this.#ask(FileService.method.getFile, { spaceId, fileId });
      if (file !== undefined) {
        const { name, mimeType, sizeBytes } = file;
        return { fileId, name, mimeType, sizeBytes };
      }
      const parameter = `attachments[${String(index)}].file_id`;
      throw new InvalidParametersError([{ parameter, detail: 'is no file of this space' }]);
    });
    return Promise.all(asked);
  }
}

function queued(
  { spaceId, connectionId, kind, requestedBy, causedBy }: OutboundRequest,
  {
    connection: { pluginId, channel },
    content,
    now,
  }: {
    readonly connection: Connection;
    readonly content: OutboundContent;
    readonly now: Date;
  },
): Outbound {
  return {
    id: uuidv7(),
    spaceId,
    connectionId,
    pluginId,
    channelType: channel?.type ?? '',
    kind,
    content,
    requestedBy,
    causedBy,
    state: 'queued',
    attempts: 0,
    mayHaveGone: false,
    externalId: '',
    threadId: content.threadId,
    providerStatus: '',
    error: undefined,
    createdAt: now,
    updatedAt: now,
    sentAt: undefined,
    deliveredAt: undefined,
    wakeAt: now,
  };
}

function repeated({ fingerprint, outbound }: KnownSubmission, asked: string): Submitted {
  if (fingerprint !== asked) throw new IdempotencyKeyReusedError();
  return { outbound, isRepeated: true };
}
