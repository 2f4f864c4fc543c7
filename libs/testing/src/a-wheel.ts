import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface WheelParts {
  /** `name-1.0-py3-none-any.whl`, whose RECORD is `name-1.0.dist-info/RECORD`. */
  readonly fileName: string;
  readonly files: Readonly<Record<string, string>>;
  /** Instead of a right one. */
  readonly record?: string | undefined;
}

/** A wheel as pip takes it, its files stored and not compressed. */
export function aWheel({ fileName, files, record }: WheelParts): Uint8Array {
  const [name = '', version = ''] = fileName.split('-');
  const list = `${name}-${version}.dist-info/RECORD`;
  const lines = Object.entries(files).map(
    ([path, text]) => `${path},sha256=${hashOf(text)},${String(Buffer.byteLength(text))}`,
  );
  return aZip({ ...files, [list]: record ?? `${[...lines, `${list},,`].join('\n')}\n` });
}

/** A ZIP of texts. */
export function aZip(files: Readonly<Record<string, string>>): Uint8Array {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, content] = [Buffer.from(path), Buffer.from(text)];
    // Version, flags (UTF-8), method, time, date, checksum, sizes, length of the name and of what is extra.
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x08_00, 2);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(content.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = Buffer.concat([signature(0x04_03), head, name, content]);
    locals.push(local);
    central.push(signature(0x02_01), Buffer.from([20, 0]), head, place, name);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(locals.length, 4);
  end.writeUInt16LE(locals.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, signature(0x06_05), end]);
}

function signature(kind: number): Buffer {
  const bytes = Buffer.from('PK\0\0');
  bytes.writeUInt16LE(kind, 2);
  return bytes;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
