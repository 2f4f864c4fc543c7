import type { Bus } from '@made-open/bus';
import { RunnerService } from '@made-open/contracts';
import { defaultLimits } from '../sandbox/sandbox-limits.ts';
import { LineBudget } from './line-budget.ts';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly fieldsJson: string;
}

const flushEveryMs = 1000;
const maxText = 8192;
/** Lines that wait to be sent; more are dropped and counted. */
const maxWaiting = 1000;
/** Of one request in characters: three times as many bytes still fit into a message. */
const maxBatch = 200_000;

/** Log lines of one run, sent to plugin-manager in batches. Best effort: a run never waits for its log. */
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
  #sending: Promise<void> = Promise.resolve();
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

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#sending;
  }

  #flush(): void {
    this.#sending = this.#sendAll(this.#sending);
  }

  /** One batch after the other: lines keep their order. */
  async #sendAll(before: Promise<void>): Promise<void> {
    await before;
    while (this.#waiting.length > 0 || this.#newlyDropped > 0) await this.#send(this.#batch());
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

  async #send(lines: Line[]): Promise<void> {
    const dropped = this.#newlyDropped;
    this.#newlyDropped = 0;
    await this.#bus
      .call(
        RunnerService.method.recordLogs,
        { ...this.#run, lines, dropped },
        { parameters: { plugin: this.#token } },
      )
      .catch(() => (this.dropped += lines.length));
  }

  #drop(lines: number): void {
    this.dropped += lines;
    this.#newlyDropped += lines;
  }
}
