import { endpointConfigs } from '@made-open/contracts';
import { WalletError } from '../errors.ts';
import { requireIds } from '../require-ids.ts';
import { formerSecrets } from '../secrets/former-secrets.ts';
import type { NoteUse } from './note-use.ts';
import { standardSignature } from './schemes/standard-webhooks.ts';
import { secretTexts } from './secret-texts.ts';
import type { UsedSecrets } from './used-secrets.ts';

export interface SignRequest {
  readonly spaceId: string;
  readonly endpointId: string;
  readonly webhookId: string;
  /** Seconds since 1970. */
  readonly timestamp: bigint;
  readonly body: Uint8Array;
}

const maxBytes = 512 * 1024;

/** Signs an outgoing webhook with the secret of its endpoint, which is the config of no connection. */
export class SignWebhook {
  readonly #secrets: UsedSecrets;
  readonly #notes: NoteUse;

  readonly #now: () => Date;

  constructor(secrets: UsedSecrets, notes: NoteUse, now: () => Date = () => new Date()) {
    this.#secrets = secrets;
    this.#notes = notes;
    this.#now = now;
  }

  /** A signature for each secret in use, with spaces between. */
  async sign({ spaceId, endpointId, webhookId, timestamp, body }: SignRequest): Promise<string> {
    requireIds({ spaceId, endpointId, webhookId });
    if (webhookId.includes('.'))
      throw new WalletError('invalid_request', 'the id of a webhook must have no dot');
    if (timestamp <= 0n || body.byteLength > maxBytes)
      throw new WalletError(
        'invalid_request',
        `a webhook has a time after 1970 and at most ${String(maxBytes)} bytes`,
      );
    const of = { spaceId, connectionId: endpointId, pluginId: endpointConfigs };
    const value = await this.#secrets.find(of, 'secret');
    const former = formerSecrets(await this.#secrets.find(of, 'former_secrets'), this.#now());
    const signed = { id: webhookId, timestamp: String(timestamp), body };
    const signatures = secretTexts([value, former].flat(), 'standard-webhooks').flatMap((secret) =>
      standardSignature(secret, signed),
    );
    if (signatures.length === 0)
      throw new WalletError(
        'invalid_request',
        `the config of endpoint ${endpointId} has no "secret" in base64; store it again`,
      );
    const use = { spaceId, who: 'rules', connectionId: endpointId, outcome: 'signed' };
    await this.#notes.note({ ...use, action: 'sign' });
    return signatures.join(' ');
  }
}
