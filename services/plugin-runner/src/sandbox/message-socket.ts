import type { Duplex } from 'node:stream';

/** Kinds of messages between the runner and its sandbox process. */
export const messageKinds = {
  start: 1,
  pull: 2,
  result: 3,
  ping: 4,
  ready: 16,
  records: 17,
  end: 18,
  call: 19,
  log: 20,
  pong: 21,
  fail: 22,
} as const;

export type MessageKind = (typeof messageKinds)[keyof typeof messageKinds];

const headerBytes = 5;
/** Above any honest message: a response body of 10 MiB as escaped JSON text. */
const maxMessageBytes = 64 * 1024 * 1024;

/** Messages with a length in front, over one socket: `[u32 length][u8 kind][payload]`. */
export class MessageSocket {
  readonly #socket: Duplex;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    socket: Duplex,
    onMessage: (kind: number, payload: Buffer) => void,
    onBroken: (error: Error) => void,
  ) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      try {
        this.#drain(onMessage);
      } catch (error) {
        onBroken(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', onBroken);
  }

  send(kind: MessageKind, payload: Buffer | string = ''): void {
    const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const header = Buffer.allocUnsafe(headerBytes);
    header.writeUInt32BE(body.length, 0);
    header.writeUInt8(kind, 4);
    this.#socket.write(header);
    this.#socket.write(body);
  }

  #drain(onMessage: (kind: number, payload: Buffer) => void): void {
    while (this.#size >= headerBytes) {
      const head = this.#take(headerBytes, false);
      const length = head.readUInt32BE(0);
      if (length > maxMessageBytes)
        throw new RangeError(`a message of ${String(length)} bytes is too large`);
      if (this.#size < headerBytes + length) return;
      this.#take(headerBytes, true);
      onMessage(head.readUInt8(4), this.#take(length, true));
    }
  }

  /** The first bytes that arrived, in one buffer. */
  #take(length: number, remove: boolean): Buffer {
    if ((this.#chunks[0]?.length ?? 0) < length) this.#chunks = [Buffer.concat(this.#chunks)];
    const [first = Buffer.alloc(0)] = this.#chunks;
    if (remove) {
      if (first.length === length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(length);
      this.#size -= length;
    }
    return first.subarray(0, length);
  }
}
