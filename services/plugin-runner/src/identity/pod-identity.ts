import {
  Bus,
  makeSealingKeys,
  open,
  readSealingPublicKey,
  RemoteError,
  seal,
  type SealedBox,
} from '@made-open/bus';
import { bootstrapUser, RunnerService } from '@made-open/contracts';
import type { Logger } from '@made-open/nest';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { IdentityError } from '../errors.ts';
import { readIdentity, type Identity } from './read-identity.ts';
import { renewalMs } from './renewal.ts';

export interface PodIdentityOptions {
  readonly pluginId: string;
  readonly natsUrl: string;
  /** Authority of the server's certificate. */
  readonly natsCaFile: string | undefined;
  /** File with the token of the pod's service account; the cluster renews it. */
  readonly tokenFile: string;
  /** Credentials of the NATS user that may only ask this. */
  readonly bootstrapFile: string;
  /** X25519 public key of plugin-manager, SPKI PEM: the token is sealed to it, as it would do for anybody. */
  readonly managerKeyFile: string;
}

/** Hears of every identity after the first, before it is used on NATS. */
export type OnRenewed = (identity: Identity) => Promise<void>;

const retryMs = 1000;
const timeoutMs = 15_000;

/** Who a runner is that came as a pod, with nothing but a token of its cluster: plugin-manager says it. */
export class PodIdentity {
  readonly #options: PodIdentityOptions;
  readonly #stopping = new AbortController();
  #identity: Identity | undefined;

  constructor(options: PodIdentityOptions) {
    this.#options = options;
  }

  /** The newest that is known. */
  get current(): Identity {
    if (this.#identity === undefined) throw new IdentityError('nobody has been asked yet');
    return this.#identity;
  }

  /** Asks until there is an answer: NATS and plugin-manager may start later. */
  async begin(logger: Logger): Promise<() => string> {
    for (;;) {
      try {
        this.#identity = await this.#ask();
        return () => this.current.credentials;
      } catch (error) {
        if (error instanceof RemoteError && error.retry === 'never') throw error;
        logger.warn('plugin-manager does not say yet who this runner is', { error });
        await delay(retryMs);
      }
    }
  }

  /** Gets another identity in time, again and again. */
  keepFresh(logger: Logger, onRenewed: OnRenewed): void {
    void this.#renew(logger, onRenewed);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #renew(logger: Logger, onRenewed: OnRenewed): Promise<void> {
    const { signal } = this.#stopping;
    let waitMs = renewalMs(this.current.expiresInSeconds, 0);
    for (let failures = 0; await pause(waitMs, signal);) {
      try {
        const identity = await this.#ask();
        this.#identity = identity;
        await onRenewed(identity);
        failures = 0;
      } catch (error) {
        failures++;
        logger.warn('the identity of this runner could not be renewed; it is tried again', {
          error,
        });
      }
      waitMs = renewalMs(this.current.expiresInSeconds, failures);
    }
  }

  async #ask(): Promise<Identity> {
    const { pluginId, natsUrl, natsCaFile, tokenFile, bootstrapFile } = this.#options;
    const token = readFileSync(tokenFile, 'utf8').trim();
    const { publicKey, privateKey } = await makeSealingKeys();
    const bus = await Bus.connect({
      servers: natsUrl,
      caFile: natsCaFile,
      credentials: () => readFileSync(bootstrapFile, 'utf8'),
      name: bootstrapUser,
      inboxPrefix: `_INBOX.${bootstrapUser}`,
    });
    try {
      const { identity } = await bus.call(
        RunnerService.method.identifyRunner,
        { request: await this.#sealed(token, publicKey) },
        { timeoutMs },
      );
      if (identity === undefined) throw new IdentityError('the answer is empty');
      const info = ['madeopen-runner-identity-v1', pluginId, sha256(token)];
      return readIdentity(await open(privateKey, info, identity));
    } finally {
      await bus.close();
    }
  }

  #sealed(token: string, publicKey: Uint8Array): Promise<SealedBox> {
    const key = readSealingPublicKey(readFileSync(this.#options.managerKeyFile, 'utf8'));
    const text = JSON.stringify({ token, publicKey: Buffer.from(publicKey).toString('base64url') });
    return seal(key, ['madeopen-runner-request-v1'], text);
  }
}

/** False when it was ended early. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
