import type { Duplex } from 'node:stream';
import type { MessageKind } from './messages.ts';

const headerBytes = 5;

export interface MessageHandlers {
  readonly onMessage: (kind: number, payload: Buffer) => void;
  /** The other side broke the protocol. */
  readonly onBroken: (error: Error) => void;
  /** The largest payload of a kind; undefined for a kind that does not exist. */
  readonly maxBytes: (kind: number) => number | undefined;
}

/** Messages with a length in front, over one socket: `[u32 length][u8 kind][payload]`. */
export class MessageSocket {
  readonly #socket: Duplex;
  readonly #handlers: MessageHandlers;
  #chunks: Buffer[] = [];
  #size = 0;
  #broken = false;

  constructor(socket: Duplex, handlers: MessageHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // A reset is how the end of the other process can look; its owner hears of the end itself.
    socket.on('error', () => undefined);
  }

  send(kind: MessageKind, ...parts: readonly (Uint8Array | string)[]): void {
    if (this.#broken || this.#socket.destroyed) return;
    const buffers = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    const header = Buffer.allocUnsafe(headerBytes);
    header.writeUInt32BE(
      buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0),
      0,
    );
    header.writeUInt8(kind, 4);
    this.#socket.cork();
    this.#socket.write(header);
    for (const buffer of buffers) this.#socket.write(buffer);
    this.#socket.uncork();
  }

  #take(chunk: Buffer): void {
    if (this.#broken) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    try {
      while (this.#next());
    } catch (error) {
      this.#break(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Hands out one message; false when it is not complete. */
  #next(): boolean {
    if (this.#size < headerBytes) return false;
    const head = this.#first(headerBytes);
    const length = head.readUInt32BE(0);
    const kind = head.readUInt8(4);
    const limit = this.#handlers.maxBytes(kind);
    if (limit === undefined || length > limit)
      throw new RangeError(`a message of kind ${String(kind)} with ${String(length)} bytes`);
    if (this.#size < headerBytes + length) return false;
    const message = this.#first(headerBytes + length);
    this.#drop(headerBytes + length);
    this.#handlers.onMessage(kind, message.subarray(headerBytes));
    return !this.#broken;
  }

  /** The first bytes in one buffer; joined once for each message, not for each chunk. */
  #first(length: number): Buffer {
    if ((this.#chunks[0]?.length ?? 0) < length) this.#chunks = [Buffer.concat(this.#chunks)];
    return (this.#chunks[0] ?? Buffer.alloc(0)).subarray(0, length);
  }

  #drop(length: number): void {
    const [first = Buffer.alloc(0)] = this.#chunks;
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    this.#size -= length;
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#chunks = [];
    this.#handlers.onBroken(error);
  }
}
