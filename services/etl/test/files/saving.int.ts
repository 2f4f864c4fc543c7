import { BusFullError } from '@made-open/bus';
import { fileChunkBytes } from '@made-open/contracts';
import { randomUUID } from 'node:crypto';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { begin, end } from '../etl-fixture.ts';
import { JetStreamFileObjects } from '../../src/files/jet-stream-file-objects.ts';
import { fileObjectsContract } from './file-objects.contract.ts';
import { bytes, ended, FilesFixture, sha256 } from './files-fixture.ts';

describe('files', () => {
  let fixture: FilesFixture;

  beforeAll(async () => {
    fixture = await FilesFixture.start();
  });
  afterAll(async () => {
    await fixture?.stop();
  });

  describe('the store', () => {
    fileObjectsContract(() => fixture.objects);
  });

  it('are saved in parts, and read as they were', async () => {
    const connection = await fixture.begun('parts');
    const content = Buffer.alloc(fileChunkBytes * 2 + 7, 'Ada ');
    const uploadId = randomUUID();
    const parts = [0, 1, 2].map((chunk) => ({
      uploadId,
      chunk,
      content: content.subarray(chunk * fileChunkBytes, (chunk + 1) * fileChunkBytes),
      end: chunk === 2 ? ended(content, '../Ada\n.png', 'image/png') : undefined,
    }));
    const answers: (StoredFile | undefined)[] = [];
    // Each comes twice, as when an answer was lost.
    for (const part of [...parts, ...parts].toSorted((a, b) => a.chunk - b.chunk))
      answers.push(await fixture.put(connection, part));
    const file = {
      fileId: sha256(content),
      name: '.._Ada.png',
      mimeType: 'image/png',
      sizeBytes: content.length,
      chunks: 3,
    };
    expect(answers).toEqual([
      ...Array<undefined>(4).fill(undefined),
      ...Array<unknown>(2).fill(expect.objectContaining(file)),
    ]);
    expect((await fixture.contentOf('parts', file.fileId)).equals(content)).toBe(true);
    expect(await fixture.reads.describe('another', file.fileId)).toBeUndefined();
    expect(await fixture.reads.chunk('another', file.fileId, 0)).toBeUndefined();
  });

  it('are sent on by who saved them, and as attachments by channels of their space', async () => {
    const owner = await fixture.begun('sent-on');
    const content = Buffer.alloc(fileChunkBytes + 1, 'x');
    const fileId = await fixture.save(owner, content);
    const begun = await fixture.known(owner);
    const channel = { ...begun, key: -1, isChannel: true };
    const elsewhere = { ...channel, spaceId: 'elsewhere' };
    const read = async (connection: typeof begun, isAttachment: boolean): Promise<number[]> => {
      const parts = [0, 1, 2].map((chunk) =>
        fixture.reads.ofPlugin(connection, { fileId, chunk, isAttachment }),
      );
      return (await Promise.all(parts)).flatMap((part) => part?.content.byteLength ?? []);
    };
    expect(await read(begun, false)).toEqual([fileChunkBytes, 1]);
    expect(await read(channel, true)).toEqual([fileChunkBytes, 1]);
    for (const [connection, isAttachment] of [
      [channel, false],
      [elsewhere, true],
      [{ ...channel, isChannel: false }, true],
    ] as const)
      expect(await read(connection, isAttachment)).toEqual([]);
  });

  it('are not there before they are complete', async () => {
    const connection = await fixture.begun('half');
    const content = Buffer.alloc(fileChunkBytes);
    await fixture.put(connection, { content });
    expect(await fixture.etl.rows(`select from file where space_id = 'half'`)).toEqual([]);
    expect(await fixture.reads.describe('half', sha256(content))).toBeUndefined();
  });

  it('keep a content once in a space, and apart in another', async () => {
    const [one, two, other] = [
      await fixture.begun('once'),
      await fixture.begun('once'),
      await fixture.begun('apart'),
    ];
    const content = bytes('kept once');
    const before = await fixture.storedParts();
    const ids = [
      await fixture.save(one, content),
      await fixture.save(one, content),
      await fixture.save(two, content),
    ];
    expect(new Set(ids)).toEqual(new Set([sha256(content)]));
    await fixture.files.removeUnheld();
    expect(await fixture.storedParts()).toBe(before + 1);
    await fixture.save(other, content);
    expect(await fixture.storedParts()).toBe(before + 2);
  });

  it('refuse a content that is not what was announced, and leave nothing of it', async () => {
    const connection = await fixture.begun('digest');
    const before = await fixture.storedParts();
    await expect(
      fixture.put(connection, { content: bytes('one'), end: ended(bytes('two')) }),
    ).rejects.toMatchObject({ code: 'files.digest', retry: 'never' });
    await fixture.files.removeUnheld();
    expect([await connection.count('file_upload'), await fixture.storedParts()]).toEqual([
      0,
      before,
    ]);
  });

  it('refuse a file that is too large, and one too many', async () => {
    const connection = await fixture.begun('large');
    const uploadId = randomUUID();
    const content = Buffer.alloc(fileChunkBytes);
    for (const chunk of [0, 1]) await fixture.put(connection, { uploadId, chunk, content });
    await expect(fixture.put(connection, { uploadId, chunk: 2, content })).rejects.toMatchObject({
      code: 'files.too_large',
      message: expect.stringContaining('FILE_MAX_MIB'),
    });
    const large = (byte: number) => Buffer.alloc(fileChunkBytes, byte);
    for (let byte = 1; byte <= 5; byte++) await fixture.save(connection, large(byte));
    await fixture.save(connection, large(5));
    await expect(fixture.save(connection, large(6))).rejects.toMatchObject({ code: 'files.quota' });
  });

  it('under way count, and are refused where the connection has no room for them', async () => {
    const connection = await fixture.begun('under way');
    const content = Buffer.alloc(fileChunkBytes);
    for (let part = 0; part < 8; part++)
      await fixture.put(connection, { uploadId: randomUUID(), content });
    const before = await fixture.storedParts();
    await expect(fixture.put(connection, { content })).rejects.toMatchObject({
      code: 'files.quota',
    });
    expect(await connection.count('file_upload')).toBe(8);
    expect(await fixture.storedParts()).toBe(before);
  });

  it('are so many at once and no more; given up, they make room and leave nothing', async () => {
    const connection = await fixture.begun('at once');
    const before = await fixture.storedParts();
    const ids = Array.from({ length: 16 }, () => randomUUID());
    // Uploads without a part yet, so that it is not their size that counts.
    for (const uploadId of ids)
      await fixture.etl.rows(
        `insert into file_upload (object, connection_key, upload_id, epoch, attempt)
         select gen_random_uuid(), key, $2, 1, 1 from connection where id = $1`,
        [connection.id, uploadId],
      );
    const content = Buffer.alloc(fileChunkBytes);
    const [uploadId = ''] = ids;
    await fixture.put(connection, { uploadId, content });
    expect(await fixture.storedParts()).toBe(before + 1);
    const given = { content: bytes('one more'), end: ended(bytes('one more')) };
    await expect(fixture.put(connection, given)).rejects.toMatchObject({
      code: 'files.busy',
      retry: 'later',
    });
    await fixture.put(connection, { uploadId, abandon: true });
    expect(await fixture.storedParts()).toBe(before);
    expect(await fixture.put(connection, given)).toBeDefined();
  });

  it('of an attempt go when it has ended, or another one saves', async () => {
    const connection = await fixture.begun('ended');
    await fixture.files.removeUnused();
    const before = await fixture.storedParts();
    const content = Buffer.alloc(fileChunkBytes);
    await fixture.put(connection, { content });
    await fixture.files.removeUnused();
    expect(await fixture.storedParts()).toBe(before + 1);
    await fixture.put(connection, { content, attempt: 2 });
    expect(await fixture.storedParts()).toBe(before + 1);
    expect(await connection.count('file_upload')).toBe(1);
    await connection.send([1, 2, 0], begin);
    await connection.send([1, 2, 1], end());
    await fixture.files.removeUnused();
    expect(await fixture.storedParts()).toBe(before);
  });

  it('that the store has no room for are refused as over the quota', async () => {
    const full = new JetStreamFileObjects({
      publishRaw: (subject) => Promise.reject(new BusFullError(subject)),
      subjects: () => {
        throw new TypeError('nothing is read');
      },
    });
    await expect(full.put(randomUUID(), 0, bytes('a'))).rejects.toMatchObject({
      code: 'files.quota',
      retry: 'never',
    });
  });

  it('leave no trace of a part that came when the run had ended', async () => {
    const connection = await fixture.begun('late part');
    await connection.send([1, 1, 1], end());
    await expect(
      fixture.put(connection, { content: Buffer.alloc(fileChunkBytes) }),
    ).rejects.toMatchObject({ code: 'files.stale_run' });
    expect(await connection.count('file_upload')).toBe(0);
  });

  it('take parts of their form and in their order only', async () => {
    const connection = await fixture.begun('form');
    const wrong: Parameters<FilesFixture['put']>[1][] = [
      { content: bytes('short, and not the last') },
      { content: Buffer.alloc(fileChunkBytes + 1), end: ended(bytes('')) },
      { uploadId: 'no uuid', end: ended(bytes('')) },
      { chunk: 1, end: ended(bytes('')) },
      { end: { ...ended(bytes('')), sha256: 'no digest' } },
    ];
    for (const part of wrong)
      await expect(fixture.put(connection, part)).rejects.toMatchObject({
        code: 'files.invalid_chunk',
      });
  });

  it('are taken of the newest attempt alone, as long as it goes on', async () => {
    const connection = await fixture.begun('fence');
    await connection.send([2, 2, 0], begin);
    const content = bytes('late');
    const given = { content, end: ended(content) };
    for (const [epoch, attempt] of [
      [1, 9],
      [2, 1],
    ])
      await expect(
        fixture.put(connection, { ...given, epoch: epoch ?? 0, attempt: attempt ?? 0 }),
      ).rejects.toMatchObject({ code: 'files.stale_run' });
    expect(await fixture.put(connection, { ...given, epoch: 2, attempt: 2 })).toBeDefined();
    // Its begin may still be on its way.
    expect(await fixture.put(connection, { ...given, epoch: 3 })).toBeDefined();
    await connection.send([2, 2, 1], end());
    await expect(fixture.put(connection, { ...given, epoch: 2, attempt: 2 })).rejects.toMatchObject(
      {
        code: 'files.stale_run',
      },
    );
  });
});
