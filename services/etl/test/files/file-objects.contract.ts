import { randomUUID } from 'node:crypto';
import type { FileObjects } from '../../src/files/file-objects.ts';

/** What every store of files does; for its memory adapter and the real ones alike. */
export function fileObjectsContract(open: () => FileObjects): void {
  const part = (byte: number, size = 512 * 1024): Uint8Array => new Uint8Array(size).fill(byte);

  it('gives a part as it was put', async () => {
    const object = randomUUID();
    await open().put(object, 0, part(1));
    await open().put(object, 1, part(2, 3));
    expect(Buffer.from((await open().get(object, 0)) ?? []).equals(part(1))).toBe(true);
    expect(Buffer.from((await open().get(object, 1)) ?? []).equals(part(2, 3))).toBe(true);
  });

  it('keeps a part without content', async () => {
    const object = randomUUID();
    await open().put(object, 0, part(0, 0));
    expect(await open().get(object, 0)).toHaveLength(0);
  });

  it('has the last content of a part that is put again', async () => {
    const object = randomUUID();
    await open().put(object, 0, part(1, 5));
    await open().put(object, 0, part(2, 4));
    expect(Buffer.from((await open().get(object, 0)) ?? [])).toEqual(Buffer.from(part(2, 4)));
  });

  it('removes an object with all its parts, and no other one', async () => {
    const [object, other] = [randomUUID(), randomUUID()];
    for (const chunk of [0, 1, 10]) await open().put(object, chunk, part(chunk, 3));
    await open().put(other, 0, part(9, 3));
    await open().remove(object);
    for (const chunk of [0, 1, 10]) expect(await open().get(object, chunk)).toBeUndefined();
    expect(await open().get(other, 0)).toHaveLength(3);
    await open().remove(object);
  });

  it('has nothing of an object that was never put', async () => {
    expect(await open().get(randomUUID(), 0)).toBeUndefined();
  });
}
