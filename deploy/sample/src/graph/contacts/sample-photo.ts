import { crc32, deflateSync } from 'node:zlib';
import type { StoredFile } from '../mailbox/stored-file.ts';

const side = 96;
const rowBytes = 1 + side * 3;
const background = 240;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture of nobody: a disc, whose colour tells one contact from another. */
export function samplePhoto(index: number): StoredFile {
  const hue = (index * 47) % 256;
  const disc = [hue, (hue * 3) % 256, 255 - hue];
  const rows = Buffer.alloc(side * rowBytes, background);
  for (let y = 0; y < side; y++) {
    // Each row begins with how it was filtered: not at all.
    rows[y * rowBytes] = 0;
    for (let x = 0; x < side; x++) if (isInside(x, y)) rows.set(disc, y * rowBytes + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits for each of red, green and blue.
  header.set([8, 2], 8);
  const content = Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { contentType: 'image/png', content };
}

function isInside(x: number, y: number): boolean {
  return Math.hypot(x - side / 2, y - side / 2) < side * 0.4;
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}
