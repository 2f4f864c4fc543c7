import type { Bus } from '@made-open/bus';
import { RunnerService } from '@made-open/contracts';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly fieldsJson: string;
}

const flushEveryMs = 1000;
const maxLines = 500;
const maxMessage = 8192;

/** Log lines of one run, sent to plugin-manager in batches. Best effort: a run never waits for its log. */
export class RunLogs {
  readonly #bus: Bus;
  readonly #token: string;
  readonly #run: { readonly runId: string; readonly connectionId: string };
  readonly #redact: (text: string) => string;
  readonly #timer: NodeJS.Timeout;
  #lines: Line[] = [];
  #dropped = 0;
  written = 0;
  totalDropped = 0;

  constructor(
    bus: Bus,
    token: string,
    run: { runId: string; connectionId: string },
    redact: (text: string) => string,
  ) {
    this.#bus = bus;
    this.#token = token;
    this.#run = run;
    this.#redact = redact;
    this.#timer = setInterval(() => void this.#flush(), flushEveryMs);
  }

  write(level: string, message: string, fieldsText: string): void {
    if (this.#lines.length >= maxLines) {
      this.#dropped++;
      this.totalDropped++;
      return;
    }
    this.written++;
    this.#lines.push({
      time: new Date().toISOString(),
      level,
      message: this.#redact(message).slice(0, maxMessage),
      fieldsJson: this.#redact(fieldsText).slice(0, maxMessage),
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0 && this.#dropped === 0) return;
    const [lines, dropped] = [this.#lines.splice(0), this.#dropped];
    this.#dropped = 0;
    await this.#bus
      .call(
        RunnerService.method.recordLogs,
        { ...this.#run, lines, dropped },
        { parameters: { plugin: this.#token } },
      )
      .catch(() => (this.totalDropped += lines.length));
  }
}
