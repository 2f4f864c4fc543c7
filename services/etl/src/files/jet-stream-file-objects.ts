import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BusFullError, type Bus } from '@made-open/bus';
import { FileChunkSchema, routeSubject } from '@made-open/contracts';
import { FileStoreFullError } from '../errors.ts';
import { FileObjects } from './file-objects.ts';

/** One message for each part, in a stream that keeps the last one of a subject. */
export class JetStreamFileObjects extends FileObjects {
  readonly #bus: Pick<Bus, 'publishRaw' | 'subjects'>;

  constructor(bus: Pick<Bus, 'publishRaw' | 'subjects'>) {
    super();
    this.#bus = bus;
  }

  override async put(object: string, chunk: number, content: Uint8Array): Promise<void> {
    const message = toBinary(FileChunkSchema, create(FileChunkSchema, { content }));
    try {
      await this.#bus.publishRaw(subjectOf(object, chunk), message);
    } catch (error) {
      throw error instanceof BusFullError ? new FileStoreFullError(error) : error;
    }
  }

  override async get(object: string, chunk: number): Promise<Uint8Array | undefined> {
    const message = await this.#bus.subjects('FILES').get(subjectOf(object, chunk));
    return message === undefined ? undefined : fromBinary(FileChunkSchema, message).content;
  }

  override async remove(object: string): Promise<void> {
    await this.#bus.subjects('FILES').remove(`${subjectOf(object, 0).slice(0, -1)}*`);
  }
}

function subjectOf(object: string, chunk: number): string {
  return routeSubject(FileChunkSchema, { object, chunk: String(chunk) });
}
