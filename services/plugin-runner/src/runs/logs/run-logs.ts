import type { Bus } from '@made-open/bus';
import { RunnerService } from '@made-open/contracts';
import { defaultLimits } from '../../sandbox/sandbox-limits.ts';
import { LineBudget } from './line-budget.ts';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly fieldsJson: string;
}

const flushEveryMs = 1000;
/** All batches that wait when the run ends, together. */
const closeWithinMs = 5000;
const maxText = 8192;
/** Lines that wait to be sent; more are dropped and counted. */
const maxWaiting = 1000;
/** Of one request in characters: three times as many bytes still fit into a message. */
const maxBatch = 200_000;

/** Log lines of one run, sent to plugin-manager in batches. Best effort: when nobody takes them, they are lost and counted. */
export class RunLogs {
  readonly #bus: Pick<Bus, 'call'>;
  readonly #token: string;
  readonly #run: { readonly runId: string; readonly connectionId: string };
  readonly #redact: (text: string) => string;
  readonly #timer: NodeJS.Timeout;
  /** The guest counts its lines itself; one that is no longer ours may not. */
  readonly #budget = new LineBudget(defaultLimits.logLinesPerSecond, maxWaiting, () =>
    performance.now(),
  );
  #waiting: Line[] = [];
  #newlyDropped = 0;
  #sending: Promise<void> | undefined;
  written = 0;
  dropped = 0;

  constructor(
    bus: Pick<Bus, 'call'>,
    token: string,
    run: { readonly runId: string; readonly connectionId: string },
    redact: (text: string) => string,
  ) {
    this.#bus = bus;
    this.#token = token;
    this.#run = run;
    this.#redact = redact;
    this.#timer = setInterval(() => this.#flush(), flushEveryMs);
  }

  write(level: string, message: string, fieldsText: string): void {
    if (this.#waiting.length >= maxWaiting || !this.#budget.take()) {
      this.#drop(1);
      return;
    }
    this.written++;
    this.#waiting.push({
      time: new Date().toISOString(),
      level,
      // First the secrets, then the cut: half a secret would not be recognised.
      message: this.#redact(message).slice(0, maxText),
      fieldsJson: this.#redact(fieldsText).slice(0, maxText),
    });
  }

  /** Sends what waits, but for a few seconds in all, and not while the runner stops. */
  async close(stopping: AbortSignal, withinMs = closeWithinMs): Promise<void> {
    clearInterval(this.#timer);
    const over = Promise.withResolvers<void>();
    const giveUp = (): void => over.resolve();
    const timer = setTimeout(giveUp, withinMs);
    stopping.addEventListener('abort', giveUp);
    if (stopping.aborted) giveUp();
    await Promise.race([this.#sendRest(), over.promise]);
    clearTimeout(timer);
    stopping.removeEventListener('abort', giveUp);
    this.#drop(this.#waiting.splice(0).length);
  }

  async #sendRest(): Promise<void> {
    await this.#sending;
    this.#flush();
    await this.#sending;
  }

  #flush(): void {
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /** One batch after the other: lines keep their order. Whoever did not take one is not offered the next at once. */
  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 || this.#newlyDropped > 0)
      if (!(await this.#send(this.#batch()))) return;
  }

  #batch(): Line[] {
    let size = 0;
    let count = 0;
    for (const { message, fieldsJson } of this.#waiting) {
      size += message.length + fieldsJson.length + 100;
      if (count > 0 && size > maxBatch) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Whether they were taken. */
  async #send(lines: Line[]): Promise<boolean> {
    const dropped = this.#newlyDropped;
    this.#newlyDropped = 0;
    try {
      await this.#bus.call(
        RunnerService.method.recordLogs,
        { ...this.#run, lines, dropped },
        { parameters: { plugin: this.#token } },
      );
      return true;
    } catch {
      this.#newlyDropped += dropped;
      this.#drop(lines.length);
      return false;
    }
  }

  #drop(lines: number): void {
    this.dropped += lines;
    this.#newlyDropped += lines;
  }
}
