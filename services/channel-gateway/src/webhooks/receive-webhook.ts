import { payloadOf, type Payload } from '@made-open/nest';
import { randomUUID } from 'node:crypto';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { Webhook } from '../connections/webhook.ts';
import { UnverifiedWebhookError, WebhookNotFoundError } from '../errors.ts';
import { openChallenge, provenChallenge } from './challenges.ts';
import { conversationKeyOf } from './conversation-key.ts';
import type { Inbox, ReceivedWebhook } from './inbox.ts';
import { providerIdOf } from './provider-id.ts';
import type { SenderProof, Verdict } from './proof/sender-proof.ts';
import { storedBody, storedHeaders, storedQuery } from './stored-request.ts';
import { isToken, readAddress } from './webhook-address.ts';
import type { WebhookLimits } from './webhook-limits.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook-request.ts';

export interface ReceiveWebhookParts {
  readonly connections: Pick<ConnectionStore, 'find'>;
  readonly proof: SenderProof;
  readonly inbox: Inbox;
  readonly limits: WebhookLimits;
  /** Hears of each request that was answered well. */
  readonly onAccepted: (how: 'stored' | 'duplicate' | 'challenge') => void;
  /** The provider has sent one once more. */
  readonly onDuplicate: (of: Pick<ReceivedWebhook, 'connectionId' | 'name' | 'providerId'>) => void;
  /** Webhooks that only their address proves are not taken. */
  readonly isProofRequired: boolean;
  readonly onUnproven: (connection: Connection, webhook: Webhook, reason: string) => void;
}

interface Target {
  readonly connection: Connection;
  readonly webhook: Webhook;
  readonly token: string | undefined;
}

const notAllowed = 'PLATFORM_PROFILE=hipaa takes no webhook with verification "none"';

/** Takes a request to a webhook: it is answered well only once it is proven and safely stored. */
export class ReceiveWebhook {
  readonly #parts: ReceiveWebhookParts;

  constructor(parts: ReceiveWebhookParts) {
    this.#parts = parts;
  }

  async receive(request: WebhookRequest): Promise<WebhookAnswer> {
    const { limits, onAccepted } = this.#parts;
    limits.takeOfAddress(request.address);
    const target = await this.#find(request);
    const { connection, webhook } = target;
    limits.takeOfConnection(connection.id, request.address);
    const open = openChallenge(webhook, request);
    if (open === undefined) await this.#prove(target, request);
    // Only now: what nobody has proven is not worth the work.
    const payload = await payloadOf(request.headers['content-type'] ?? '', request.body);
    const answer = open ?? provenChallenge(webhook, request, payload);
    if (answer !== undefined) {
      onAccepted('challenge');
      return answer;
    }
    if (request.method !== 'POST') throw new WebhookNotFoundError();
    return this.#store(target, request, payload);
  }

  /** Whatever is wrong with the address, it is answered alike. */
  async #find({ method, connection: text, name }: WebhookRequest): Promise<Target> {
    const address = readAddress(text);
    if (address === undefined) throw new WebhookNotFoundError();
    const { connectionId, token } = address;
    const connection = await this.#parts.connections.find(connectionId);
    const webhook = connection?.webhooks.find((declared) => declared.name === name);
    if (connection === undefined || connection.state === 'deleted' || webhook === undefined)
      throw new WebhookNotFoundError();
    const isMisplaced = token !== undefined && webhook.verify !== 'none';
    if (isMisplaced || !takes(webhook, method)) throw new WebhookNotFoundError();
    return { connection, webhook, token };
  }

  async #prove(target: Target, request: WebhookRequest): Promise<void> {
    const { limits, onUnproven } = this.#parts;
    const { connection, webhook } = target;
    const { isProven, reason } = await this.#judge(target, request);
    if (isProven) return;
    limits.noteFailure(connection.id, request.address);
    onUnproven(connection, webhook, reason);
    throw new UnverifiedWebhookError();
  }

  async #judge({ connection, webhook, token }: Target, request: WebhookRequest): Promise<Verdict> {
    const hasOwnProof = webhook.verify !== 'none';
    if (!hasOwnProof && this.#parts.isProofRequired) return { isProven: false, reason: notAllowed };
    if (!hasOwnProof && !isToken(token, connection.tokenHash))
      return { isProven: false, reason: 'the token in the address is not right' };
    // The wallet compares what a challenge says with the secret.
    if (hasOwnProof || (request.method === 'GET' && webhook.challenge?.token !== undefined))
      return this.#parts.proof.judge(connection, webhook, request);
    return { isProven: true, reason: '' };
  }

  async #store(
    { connection, webhook }: Target,
    request: WebhookRequest,
    payload: Payload,
  ): Promise<WebhookAnswer> {
    const contentType = request.headers['content-type'] ?? '';
    const received = {
      deliveryId: randomUUID(),
      providerId: providerIdOf(webhook, request, payload),
      connectionId: connection.id,
      spaceId: connection.spaceId,
      pluginId: connection.pluginId,
      name: webhook.name,
      conversationKey: conversationKeyOf(webhook, payload),
      contentType,
      body: storedBody(webhook, request, payload),
      headers: storedHeaders(webhook, request),
      query: storedQuery(webhook, request),
      receivedAt: new Date().toISOString(),
    };
    const { isDuplicate } = await this.#parts.inbox.store(received);
    if (isDuplicate) this.#parts.onDuplicate(received);
    this.#parts.onAccepted(isDuplicate ? 'duplicate' : 'stored');
    return answerOf(webhook);
  }
}

function takes({ challenge }: Webhook, method: string): boolean {
  return method === 'POST' || (method === 'GET' && challenge?.echo !== undefined);
}

/** Twilio takes no answer but its own language; an empty one says nothing to the caller. */
const emptyTwiml: WebhookAnswer = {
  status: 200,
  contentType: 'text/xml; charset=utf-8',
  body: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
};

function answerOf({ verify, response }: Webhook): WebhookAnswer {
  if (response === undefined && verify === 'twilio') return emptyTwiml;
  return {
    status: response?.status ?? 200,
    contentType: response?.contentType ?? 'text/plain; charset=utf-8',
    body: response?.body ?? '',
  };
}
