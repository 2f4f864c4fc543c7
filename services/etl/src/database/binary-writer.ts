/** Object ids of PostgreSQL types. */
export const oids = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int4: 23,
  text: 25,
  json: 114,
  float8: 701,
  timestamptz: 1184,
  uuid: 2950,
} as const;

const postgresEpochMs = Date.UTC(2000, 0, 1);
const initialBytes = 64 * 1024;
const maxKeptBytes = 8 * 1024 * 1024;
const copyHeader = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/**
 * Writes PostgreSQL's binary format. Text parameters and COPY rows made by hand cost the client and the server
 * less than what the driver would make of strings and arrays.
 */
export class BinaryWriter {
  #buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  #position = 0;

  get position(): number {
    return this.#position;
  }

  /** What was written from a position on; valid until the writer is reset. */
  view(from = 0): Buffer {
    return this.#buffer.subarray(from, this.#position);
  }

  /** Begins anew in the same memory: allocating it for every frame would keep the garbage collector busy. */
  reset(): void {
    this.#position = 0;
    if (this.#buffer.byteLength > maxKeptBytes) this.#buffer = Buffer.allocUnsafeSlow(initialBytes);
  }

  copyHeader(): void {
    this.#append(copyHeader);
  }

  copyTrailer(): void {
    this.int16(-1);
  }

  int16(value: number): void {
    this.#room(2);
    this.#position = this.#buffer.writeInt16BE(value, this.#position);
  }

  int32(value: number): void {
    this.#room(4);
    this.#position = this.#buffer.writeInt32BE(value, this.#position);
  }

  null(): void {
    this.int32(-1);
  }

  int4Field(value: number): void {
    this.int32(4);
    this.int32(value);
  }

  int8Field(value: bigint): void {
    this.int32(8);
    this.#room(8);
    this.#position = this.#buffer.writeBigInt64BE(value, this.#position);
  }

  /** A point in time, in microseconds since 2000. */
  timeField(ms: number): void {
    this.int8Field(BigInt(Math.round(ms) - postgresEpochMs) * 1000n);
  }

  float8Field(value: number): void {
    this.int32(8);
    this.#room(8);
    this.#position = this.#buffer.writeDoubleBE(value, this.#position);
  }

  booleanField(value: boolean): void {
    this.int32(1);
    this.#room(1);
    this.#position = this.#buffer.writeUInt8(value ? 1 : 0, this.#position);
  }

  bytesField(bytes: Uint8Array): void {
    this.int32(bytes.byteLength);
    this.#append(bytes);
  }

  textField(text: string): void {
    // Three bytes are the most that UTF-8 needs for a UTF-16 unit; long texts are measured rather than guessed.
    this.#room(4 + (text.length > 1024 ? Buffer.byteLength(text) : text.length * 3));
    const written = this.#buffer.write(text, this.#position + 4);
    this.#buffer.writeInt32BE(written, this.#position);
    this.#position += 4 + written;
  }

  /** A one-dimensional array as a field; `write` writes each element as a field of its own. */
  arrayField<T>(oid: number, values: readonly T[], write: (value: T) => void): void {
    const start = this.#position;
    this.int32(0);
    this.array(oid, values, write);
    this.#buffer.writeInt32BE(this.#position - start - 4, start);
  }

  /** A one-dimensional array as the whole value of a parameter. */
  array<T>(oid: number, values: readonly T[], write: (value: T) => void): void {
    this.int32(values.length === 0 ? 0 : 1);
    this.int32(1);
    this.int32(oid);
    if (values.length === 0) return;
    this.int32(values.length);
    this.int32(1);
    for (const value of values) write(value);
  }

  #append(bytes: Uint8Array): void {
    this.#room(bytes.byteLength);
    this.#buffer.set(bytes, this.#position);
    this.#position += bytes.byteLength;
  }

  #room(bytes: number): void {
    const needed = this.#position + bytes;
    if (needed <= this.#buffer.byteLength) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.byteLength * 2));
    this.#buffer.copy(larger, 0, 0, this.#position);
    this.#buffer = larger;
  }
}

/** Array parameter of texts; absent ones are NULL. Like all parameters made here it is valid until a statement is sent. */
export function textArray(values: readonly (string | undefined)[]): Buffer {
  return arrayOf(oids.text, values, (writer, value) => writer.textField(value));
}

export function int8Array(values: readonly bigint[]): Buffer {
  return arrayOf(oids.int8, values, (writer, value) => writer.int8Field(value));
}

export function timeArray(values: readonly (number | undefined)[]): Buffer {
  return arrayOf(oids.timestamptz, values, (writer, value) => writer.timeField(value));
}

export function float8Array(values: readonly (number | undefined)[]): Buffer {
  return arrayOf(oids.float8, values, (writer, value) => writer.float8Field(value));
}

export function booleanArray(values: readonly (boolean | undefined)[]): Buffer {
  return arrayOf(oids.bool, values, (writer, value) => writer.booleanField(value));
}

/** Array parameter of uuids as 16 bytes each, or of JSON texts as UTF-8. */
export function bytesArray(oid: number, values: readonly (Uint8Array | undefined)[]): Buffer {
  return arrayOf(oid, values, (writer, value) => writer.bytesField(value));
}

/** Memory of the parameters of the statement that is being made. */
const parameters = new BinaryWriter();

/** The driver has copied the parameters: their memory is used again for those of the next statement. */
export function parametersSent(): void {
  parameters.reset();
}

function arrayOf<T>(
  oid: number,
  values: readonly (T | undefined)[],
  write: (writer: BinaryWriter, value: T) => void,
): Buffer {
  const start = parameters.position;
  parameters.array(oid, values, (value) => {
    if (value === undefined) parameters.null();
    else write(parameters, value);
  });
  return parameters.view(start);
}
