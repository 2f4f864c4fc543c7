const utf8Labels = new Set(['utf-8', 'utf8', 'unicode-1-1-utf-8']);

/** Text to UTF-8 (encoding.spec.whatwg.org, 8.2). */
export class TextEncoder {
  readonly encoding = 'utf-8';

  encode(input: unknown = ''): Uint8Array {
    const text = String(input);
    const bytes = new Uint8Array(text.length * 3);
    return bytes.slice(0, write(text, bytes).written);
  }

  encodeInto(input: unknown, target: Uint8Array): { read: number; written: number } {
    return write(String(input), target);
  }
}

/** UTF-8 to text (encoding.spec.whatwg.org, 8.1); other encodings are refused by name. */
export class TextDecoder {
  readonly encoding = 'utf-8';
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  #held = new Uint8Array();
  #started = false;

  constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const name = String(label).trim().toLowerCase();
    if (!utf8Labels.has(name)) throw new RangeError(`TextDecoder knows utf-8 only, not "${name}"`);
    this.fatal = options.fatal === true;
    this.ignoreBOM = options.ignoreBOM === true;
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { stream?: boolean } = {}): string {
    const bytes = join(this.#held, view(input));
    const stream = options.stream === true;
    const { text, rest } = read(bytes, { fatal: this.fatal, stream });
    this.#held = bytes.slice(bytes.length - rest);
    const hasMark = !this.#started && !this.ignoreBOM && text.startsWith('\ufeff');
    this.#started = stream && (this.#started || text !== '');
    return hasMark ? text.slice(1) : text;
  }
}

function write(text: string, target: Uint8Array): { read: number; written: number } {
  let written = 0;
  let index = 0;
  while (index < text.length) {
    const given = text.codePointAt(index) ?? 0;
    const code = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given;
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (written + length > target.length) break;
    put(code, length, { target, at: written });
    written += length;
    index += given > 0xffff ? 2 : 1;
  }
  return { read: index, written };
}

function put(
  code: number,
  length: number,
  { target, at }: { target: Uint8Array; at: number },
): void {
  if (length === 1) {
    target[at] = code;
    return;
  }
  const lead = [0, 0, 0xc0, 0xe0, 0xf0][length] ?? 0;
  target[at] = lead | (code >> (6 * (length - 1)));
  for (let byte = 1; byte < length; byte++)
    target[at + byte] = 0x80 | ((code >> (6 * (length - 1 - byte))) & 0x3f);
}

/** `rest` bytes at the end may be completed by the next part of a stream. */
function read(
  bytes: Uint8Array,
  { fatal, stream }: { fatal: boolean; stream: boolean },
): { text: string; rest: number } {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const { code, length, isCut } = sequence(bytes, index);
    if (isCut && stream) return { text, rest: bytes.length - index };
    if (code < 0 && fatal) throw new TypeError('the bytes are not UTF-8');
    text += code < 0 ? '\ufffd' : String.fromCodePoint(code);
    index += length;
  }
  return { text, rest: 0 };
}

interface Sequence {
  /** The code point; -1 for bytes that are none. */
  readonly code: number;
  readonly length: number;
  /** The bytes end in the middle of it. */
  readonly isCut: boolean;
}

function sequence(bytes: Uint8Array, at: number): Sequence {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { code: lead, length: 1, isCut: false };
  const wanted = bytesBehind(lead);
  if (wanted === 0) return { code: -1, length: 1, isCut: false };
  let code = lead & (0x3f >> wanted);
  for (let index = 1; index <= wanted; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return { code: -1, length: index, isCut: true };
    const [low, high] = index === 1 ? secondByte(lead) : [0x80, 0xbf];
    if (byte < low || byte > high) return { code: -1, length: index, isCut: false };
    code = (code << 6) | (byte & 0x3f);
  }
  return { code, length: wanted + 1, isCut: false };
}

/** How many bytes follow a lead byte; 0 when it is none. */
function bytesBehind(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 1;
  return lead < 0xf0 ? 2 : 3;
}

/** Neither overlong forms, nor surrogates, nor code points beyond U+10FFFF. */
function secondByte(lead: number): [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  return lead === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}

function view(input: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (input === undefined) return new Uint8Array();
  if (ArrayBuffer.isView(input))
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  return new Uint8Array(input);
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
