const firstBytes = 16 * 1024;
const growth = 4;
const comma = 0x2c;

/** A JSON array that is written as UTF-8 from the start: joined as strings it would be copied several times. */
export class EventBatch {
  #bytes: Buffer = Buffer.allocUnsafe(firstBytes);
  #end = 0;

  /** Adds an element unless the array would grow beyond the limit by it; the first one always fits. */
  add(json: string, maxBytes: number): boolean {
    const start = this.#end;
    // Three bytes are the most that UTF-8 needs for a UTF-16 unit; one for the comma or bracket, one for the last bracket.
    this.#room(json.length * 3 + 2);
    const end = start + 1 + this.#bytes.write(json, start + 1);
    if (start > 0 && end >= maxBytes) return false;
    this.#bytes.writeUInt8(start === 0 ? '['.charCodeAt(0) : comma, start);
    this.#end = end;
    return true;
  }

  /** The whole array; nothing may be added after. */
  end(): Uint8Array {
    const end = this.#end + this.#bytes.write(']', this.#end);
    return this.#bytes.subarray(0, end);
  }

  #room(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.byteLength) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.byteLength * growth));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
