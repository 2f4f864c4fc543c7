import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

export interface LogLimits {
  /** A file that has grown to this size becomes `<name>.1`. */
  readonly sizeBytes: number;
  /** How many of these older files are kept. */
  readonly files: number;
}

const usualLimits: LogLimits = { sizeBytes: 10 * 1024 * 1024, files: 3 };
const reopenAfterMs = 5000;
const keptLines = 20;

/** The log of one process: a file that only its owner reads, with a limit to what it and its older ones take. */
export class LogFile {
  readonly path: string;
  readonly #limits: LogLimits;
  readonly #note: (text: string) => void;
  #stream: RotatingFileStream | undefined;
  #brokenUntilMs = 0;
  #lastLines: string[] = [];

  constructor(
    path: string,
    { limits = usualLimits, note }: { limits?: LogLimits; note?: (text: string) => void } = {},
  ) {
    this.path = path;
    this.#limits = limits;
    this.#note = note ?? (() => undefined);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }

  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  write(line: string): void {
    this.#lastLines = [...this.#lastLines, line].slice(-keptLines);
    if (Date.now() < this.#brokenUntilMs) return;
    this.#stream ??= this.#open();
    this.#stream.write(`${line}\n`);
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined || stream.destroyed) return;
    await new Promise<void>((resolve) => {
      stream.once('error', () => resolve());
      stream.end(() => resolve());
    });
  }

  #open(): RotatingFileStream {
    const stream = createStream(basename(this.path), {
      path: dirname(this.path),
      size: `${this.#limits.sizeBytes}B`,
      rotate: this.#limits.files,
      mode: 0o600,
    });
    // A full disk must not end the platform: lines are lost until it can be written again.
    stream.once('error', (error) => {
      this.#note(`${this.path} cannot be written: ${error.message}`);
      stream.on('error', () => undefined);
      this.#brokenUntilMs = Date.now() + reopenAfterMs;
      this.#stream = undefined;
    });
    return stream;
  }
}

/** Cuts what a process writes into lines. */
export function eachLine(write: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(line);
  };
}
