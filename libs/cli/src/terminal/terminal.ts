import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import { usageError } from '../errors.ts';
import { printable, printableJson } from './table.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** What a command says: results on standard output, everything else on standard error. */
export class Terminal {
  readonly #streams: Streams;
  readonly isJson: boolean;
  #hasProgress = false;

  constructor(streams: Streams, isJson: boolean) {
    this.#streams = streams;
    this.isJson = isJson;
  }

  /** One result: JSON for programs, text for people. */
  result(value: unknown, asText: () => string): void {
    this.#clear();
    const text = this.isJson
      ? printableJson(JSON.stringify(value, undefined, 2))
      : printable(asText());
    if (text !== '') this.#streams.stdout.write(`${text}\n`);
  }

  /** One of many results that come one after the other: a JSON text on a line of its own. */
  line(value: unknown, asText: () => string): void {
    this.#clear();
    const text = this.isJson ? printableJson(JSON.stringify(value)) : printable(asText());
    this.#streams.stdout.write(`${text}\n`);
  }

  /** What a person may want to know and a program does not. */
  note(text: string): void {
    if (this.isJson) return;
    this.error(text);
  }

  error(text: string): void {
    this.#clear();
    this.#streams.stderr.write(`${printable(text)}\n`);
  }

  /** Shown in place while something goes on, where there is a screen. */
  progress(text: string): void {
    if (this.isJson || this.#streams.stderr.isTTY !== true) return;
    this.#streams.stderr.write(`\r\u001b[K${printable(text)}`);
    this.#hasProgress = true;
  }

  /** Asks for consent; without a person to ask, `--yes` has to have been given. */
  async confirm(question: string): Promise<boolean> {
    const { stdin, stderr } = this.#streams;
    if (!stdin.isTTY) throw usageError('nobody is there to be asked; give --yes to agree');
    const asking = createInterface({ input: stdin, output: stderr });
    try {
      return /^y(es)?$/iu.test((await asking.question(`${printable(question)} [y/N] `)).trim());
    } finally {
      asking.close();
    }
  }

  /** Everything on standard input: how a secret comes in without being an argument. */
  input(): Promise<string> {
    return readAll(this.#streams.stdin);
  }

  #clear(): void {
    if (this.#hasProgress) this.#streams.stderr.write('\r\u001b[K');
    this.#hasProgress = false;
  }
}
