import type { Logger } from '@made-open/nest';
import type { KeyProvider } from './key-provider.ts';
import type { RotateKeys, RotationProgress } from './rotate-keys.ts';

const lookEveryMs = 2000;
/** Replicas that saw the active key change at different moments may undo each other's work once; this puts it right. */
const passEveryMs = 10 * 60_000;

/** Sees when an operator made another key the active one, and then has everything wrapped under it, while the wallet is in use. */
export class KeyRotation {
  readonly #parts: { keys: KeyProvider; rotateKeys: RotateKeys; logger: Logger };
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> | undefined;
  #activeId: string | undefined;
  #passedAt = 0;
  #fault: string | undefined;

  constructor(parts: { keys: KeyProvider; rotateKeys: RotateKeys; logger: Logger }) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), lookEveryMs);
    this.#tick();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#busy;
  }

  #tick(): void {
    this.#busy ??= this.#look()
      .then(() => (this.#fault = undefined))
      .catch((error: unknown) => this.#warn(error))
      .finally(() => (this.#busy = undefined))
      .then(() => undefined);
  }

  async #look(): Promise<void> {
    const { keys, rotateKeys, logger } = this.#parts;
    keys.refresh();
    const activeId = await keys.activeId();
    const isNew = activeId !== this.#activeId;
    if (!isNew && performance.now() - this.#passedAt < passEveryMs) return;
    if (isNew && this.#activeId !== undefined)
      logger.info('the active key-encryption key changed', { from: this.#activeId, to: activeId });
    const tell = (message: string, { failed, ...progress }: RotationProgress): void =>
      logger.info(message, { ...progress, failed: failed.length });
    const report = await rotateKeys.run(
      (progress) => tell('data keys are being rewrapped', progress),
      this.#ending.signal,
    );
    this.#activeId = activeId;
    this.#passedAt = performance.now();
    if (report.rewrapped > 0) tell('data keys were rewrapped', report);
    if (report.failed.length > 0)
      logger.error('data keys do not open and stay as they are', {
        failed: report.failed.slice(0, 20),
        count: report.failed.length,
      });
  }

  /** Once for each fault: the next look is seconds away. */
  #warn(error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (fault !== this.#fault)
      this.#parts.logger.warn('the key-encryption keys could not be looked at', { error });
    this.#fault = fault;
  }
}
