import type { EgressResponse } from '@made-open/egress';
import { isTelling } from '../secrets/secret-guard.ts';
import { formsOf, textsIn } from '../secrets/redact.ts';

type PassBody = (part: Uint8Array) => Promise<void>;

export const mask = '•••';
const minLength = 8;

/** Takes values that went out with a request out of its answer: the sandbox is not to have them, whatever echoes them. */
export function hideEchoes(values: unknown, response: EgressResponse): EgressResponse {
  const forms = formsIn(values);
  if (forms.length === 0) return response;
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, hidden(value, forms)]),
  );
  const url = hidden(response.url, forms);
  return { ...response, headers, url, body: hiddenIn(response.body, forms) };
}

/** Does the same to a body that is passed on in parts, and holds no more of it than a value is long. */
export class EchoMask {
  readonly #values: () => unknown;
  readonly #pass: PassBody;
  #forms: readonly string[] | undefined;
  #held: Buffer = Buffer.alloc(0);

  /** Values are asked for when the first part comes: a token is not known before. */
  constructor(values: () => unknown, pass: PassBody) {
    this.#values = values;
    this.#pass = pass;
  }

  async write(part: Uint8Array): Promise<void> {
    this.#forms ??= formsIn(this.#values());
    const shown = hiddenIn(Buffer.concat([this.#held, part]), this.#forms);
    const longest = Math.max(1, ...this.#forms.map((form) => Buffer.byteLength(form)));
    const end = Math.max(0, shown.byteLength - longest + 1);
    this.#held = Buffer.from(shown.subarray(end));
    if (end > 0) await this.#pass(shown.subarray(0, end));
  }

  /** What is held may have been the beginning of a value until now. */
  async end(): Promise<void> {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    if (rest.byteLength > 0) await this.#pass(rest);
  }
}

function formsIn(values: unknown): readonly string[] {
  const telling = textsIn(values, minLength).filter(isTelling);
  return formsOf({ telling });
}

function hidden(text: string, forms: readonly string[]): string {
  return forms.reduce((shown, form) => shown.replaceAll(form, mask), text);
}

/** Byte by byte: whatever else the body is stays as it is. */
function hiddenIn(body: Uint8Array, forms: readonly string[]): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = forms.filter((form) => bytes.includes(form));
  if (found.length === 0) return body;
  const text = hidden(
    bytes.toString('latin1'),
    found.map((form) => Buffer.from(form).toString('latin1')),
  );
  return Buffer.from(text.replaceAll(mask, Buffer.from(mask).toString('latin1')), 'latin1');
}
