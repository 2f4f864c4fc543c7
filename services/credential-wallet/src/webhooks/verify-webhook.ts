import { open, type SealedBox } from '@made-open/bus';
import type { ManifestSignature, ManifestWebhook } from '@made-open/manifest';
import { readForm } from '@made-open/nest';
import type { webcrypto } from 'node:crypto';
import { WalletError } from '../errors.ts';
import { requireIds } from '../require-ids.ts';
import type { NoteUse } from './note-use.ts';
import { verifyRequest } from './schemes.ts';
import { secretTexts } from './secret-texts.ts';
import type { ConfigOf, UsedSecrets } from './used-secrets.ts';
import { refused, type Verdict } from './verdict.ts';
import {
  readVerification,
  type AskedVerification,
  type WebhookRequest,
} from './webhook-request.ts';

export interface VerifyRequest extends ConfigOf {
  readonly request: SealedBox | undefined;
}

export interface VerifyWebhookParts {
  readonly secrets: UsedSecrets;
  readonly notes: NoteUse;
  /** Opens what the gateway sealed. */
  readonly sealingKey: webcrypto.CryptoKey;
}

/** Of these the sender hears nothing but that it is refused. */
const isRefusal: ReadonlySet<string> = new Set([
  'wallet.not_found',
  'wallet.owner_differs',
  'wallet.secret_tampered',
]);

/** Holds a request to a webhook against the secret of its connection, which stays here. */
export class VerifyWebhook {
  readonly #parts: VerifyWebhookParts;

  constructor(parts: VerifyWebhookParts) {
    this.#parts = parts;
  }

  async verify({ request, ...of }: VerifyRequest): Promise<Verdict> {
    requireIds({ ...of });
    const asked = readVerification(await this.#unseal(of, request));
    const verdict = await this.#verdict(of, asked);
    await this.#parts.notes.note({
      spaceId: of.spaceId,
      who: 'channel-gateway',
      action: 'verify',
      connectionId: of.connectionId,
      outcome: verdict.verified ? 'verified' : 'refused',
    });
    return verdict;
  }

  async #verdict(of: ConfigOf, { webhook, request }: AskedVerification): Promise<Verdict> {
    if (webhook.secret === undefined) return refused('the manifest names no secret for it');
    try {
      const secrets = await this.#secrets(of, webhook.secret, webhook);
      return verifyRequest(webhook, await withForm(webhook, request), secrets);
    } catch (error) {
      if (error instanceof WalletError && isRefusal.has(error.code)) return refused(error.message);
      throw error;
    }
  }

  /** Of verify basic each with the user name before it. */
  async #secrets(of: ConfigOf, secret: string, webhook: ManifestWebhook): Promise<string[]> {
    const texts = secretTexts(await this.#parts.secrets.find(of, secret), webhook.verify);
    if (webhook.verify !== 'basic') return texts;
    const name = await this.#parts.secrets.find(of, webhook.username ?? '');
    return typeof name === 'string' ? texts.map((text) => `${name}:${text}`) : [];
  }

  async #unseal(
    { spaceId, connectionId, pluginId }: ConfigOf,
    request: SealedBox | undefined,
  ): Promise<string> {
    if (request === undefined) throw new WalletError('seal_refused', 'there is no request');
    const info = ['madeopen-webhook-verify-v1', spaceId, connectionId, pluginId];
    try {
      return await open(this.#parts.sealingKey, info, request);
    } catch (cause) {
      throw new WalletError(
        'seal_refused',
        'the request was not sealed to this wallet and connection; is WALLET_SEALING_PUBLIC_KEY_FILE of channel-gateway the wallet’s?',
        { cause },
      );
    }
  }
}

/** Parsed only where the manifest signs parts of a form, or names a field. */
async function withForm(
  { signature }: ManifestWebhook,
  request: WebhookRequest,
): Promise<WebhookRequest> {
  if (signature === undefined || !readsFields(signature)) return request;
  return { ...request, form: await readForm(request.headers['content-type'] ?? '', request.body) };
}

function readsFields({ field, timestampField, parts = [] }: ManifestSignature): boolean {
  return (
    field !== undefined ||
    timestampField !== undefined ||
    parts.some((part) => (typeof part === 'string' ? part.startsWith('sorted_') : 'field' in part))
  );
}
