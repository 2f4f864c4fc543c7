import type { ColumnKind } from './entity-types.ts';
import type { ColumnValue } from '../items/normalise-item.ts';

const epoch2000Ms = 946_684_800_000;
const textOid = 25;

/** Builds rows of COPY BINARY (PostgreSQL documentation, "COPY", file formats) in one growing buffer. */
export class CopyEncoder {
  #buffer = Buffer.allocUnsafe(256 * 1024);
  #length = 0;

  constructor() {
    // Signature, flags, length of the header's extension.
    this.#bytes(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'));
  }

  row(fields: number): void {
    this.#int16(fields);
  }

  null(): void {
    this.#int32(-1);
  }

  text(value: string): void {
    this.#reserve(value.length * 3 + 4);
    const length = this.#buffer.write(value, this.#length + 4, 'utf8');
    this.#buffer.writeInt32BE(length, this.#length);
    this.#length += length + 4;
  }

  raw(bytes: Uint8Array): void {
    this.#int32(bytes.byteLength);
    this.#bytes(bytes);
  }

  uuid(value: string): void {
    this.#int32(16);
    this.#bytes(Buffer.from(value.replaceAll('-', ''), 'hex'));
  }

  int4(value: number): void {
    this.#int32(4);
    this.#int32(value);
  }

  int8(value: bigint): void {
    this.#int32(8);
    this.#reserve(8);
    this.#length = this.#buffer.writeBigInt64BE(value, this.#length);
  }

  time(ms: number): void {
    this.int8(BigInt(Math.round(ms - epoch2000Ms)) * 1000n);
  }

  /** A column of the model by its kind. */
  value(kind: ColumnKind, value: ColumnValue): void {
    if (Array.isArray(value)) this.#texts(value);
    else if (value === null) this.null();
    else if (kind === 'time') this.time(Number(value));
    else if (kind === 'flag') {
      this.#int32(1);
      this.#bytes(Buffer.from([value === true ? 1 : 0]));
    } else if (kind === 'number') {
      this.#int32(8);
      this.#reserve(8);
      this.#length = this.#buffer.writeDoubleBE(Number(value), this.#length);
    } else this.text(String(value));
  }

  finish(): Buffer {
    this.#int16(-1);
    return this.#buffer.subarray(0, this.#length);
  }

  /** One-dimensional array: dimensions, null flag, element type, length, lower bound, elements. */
  #texts(values: readonly string[]): void {
    this.#int32(0);
    const start = this.#length;
    this.#int32(values.length === 0 ? 0 : 1);
    this.#int32(0);
    this.#int32(textOid);
    if (values.length > 0) {
      this.#int32(values.length);
      this.#int32(1);
      for (const value of values) this.text(value);
    }
    this.#buffer.writeInt32BE(this.#length - start, start - 4);
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(value, this.#length);
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.byteLength);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
