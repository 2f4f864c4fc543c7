import { create } from '@bufbuild/protobuf';
import { fileChunkBytes, FileEndSchema } from '@made-open/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { ConnectionStore } from '../../src/connections/connection-store.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { JetStreamFileObjects } from '../../src/files/jet-stream-file-objects.ts';
import { ReadFiles } from '../../src/files/read-files.ts';
import { RemoveFiles } from '../../src/files/remove-files.ts';
import { SaveChunk, type GivenChunk } from '../../src/files/save-chunk.ts';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { begin, EtlFixture, persons, type Content, type TestConnection } from '../etl-fixture.ts';

const grants = ['data:write:persons', 'data:write:messages', 'data:write:documents'];
const limits = { fileBytes: 1_200_000, connectionBytes: 3_000_000, graceMs: 3_600_000 };

export const sha256 = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');
export const bytes = (text: string): Buffer => Buffer.from(text);
export const withPhoto = (id: string, file: string | null): Content =>
  persons([{ id, data: JSON.stringify({ display_name: id, photo_file_id: file }) }]);

/** What the last part of a file says of it. */
export function ended(content: Uint8Array, name = 'a.txt', mimeType = 'text/plain') {
  return { name, mimeType, sha256: sha256(content) };
}

type Part = Partial<Omit<GivenChunk, 'end'>> & {
  readonly end?: ReturnType<typeof ended> | undefined;
};

/** Files of connections, with their content in a real stream. */
export class FilesFixture {
  readonly etl: EtlFixture;
  readonly objects: JetStreamFileObjects;
  readonly reads: ReadFiles;
  readonly files: RemoveFiles;
  readonly #uploads: SaveChunk;

  private constructor(etl: EtlFixture, objects: JetStreamFileObjects) {
    const { pool } = etl;
    this.etl = etl;
    this.objects = objects;
    this.reads = new ReadFiles(pool, objects);
    const onError = (error: unknown): void => expect(error).toBeUndefined();
    this.files = new RemoveFiles({ pool, objects, limits, onError });
    this.#uploads = new SaveChunk(pool, objects, limits);
  }

  static async start(): Promise<FilesFixture> {
    const etl = await EtlFixture.start();
    return new FilesFixture(etl, new JetStreamFileObjects(await etl.platform.bus('etl')));
  }

  known({ id }: TestConnection): Promise<Connection> {
    return new ConnectionStore(this.etl.pool).find(id);
  }

  /** A connection whose first run is under way. */
  async begun(spaceId: string): Promise<TestConnection> {
    const connection = await this.etl.connection({ spaceId, grants });
    await connection.send([1, 1, 0], begin);
    return connection;
  }

  async put(connection: TestConnection, part: Part): Promise<StoredFile | undefined> {
    const { epoch = 1, attempt = 1, uploadId = randomUUID(), chunk = 0, end } = part;
    const { abandon = false } = part;
    const content = part.content ?? new Uint8Array();
    return this.#uploads.save(await this.known(connection), {
      epoch,
      attempt,
      uploadId,
      chunk,
      content,
      end: end && create(FileEndSchema, end),
      abandon,
    });
  }

  /** Saves a file whole; gives its id. */
  async save(
    connection: TestConnection,
    content: Buffer,
    name = 'a.txt',
    by: Pick<Part, 'epoch' | 'attempt'> = {},
  ): Promise<string> {
    const uploadId = randomUUID();
    const chunks = Math.max(Math.ceil(content.length / fileChunkBytes), 1);
    let file: StoredFile | undefined;
    for (let chunk = 0; chunk < chunks; chunk++)
      file = await this.put(connection, {
        ...by,
        uploadId,
        chunk,
        content: content.subarray(chunk * fileChunkBytes, (chunk + 1) * fileChunkBytes),
        end: chunk === chunks - 1 ? ended(content, name) : undefined,
      });
    return file?.fileId ?? '';
  }

  async contentOf(spaceId: string, fileId: string): Promise<Buffer> {
    const { chunks = 0 } = (await this.reads.describe(spaceId, fileId)) ?? {};
    const parts: Uint8Array[] = [];
    for (let chunk = 0; chunk < chunks; chunk++)
      parts.push((await this.reads.chunk(spaceId, fileId, chunk)) ?? bytes('missing'));
    return Buffer.concat(parts);
  }

  /** What the stream holds, of all connections. */
  async storedParts(): Promise<number> {
    const nats = await this.etl.platform.administrator();
    const answer = await nats.request('$JS.API.STREAM.INFO.FILES');
    const info: { state: { messages: number } } = answer.json();
    return info.state.messages;
  }

  async stop(): Promise<void> {
    await this.etl.stop();
  }
}
