import { describeError, type Bus } from '@made-open/bus';
import {
  FileService,
  type PutFileChunkResponse,
  type ReadPluginFileResponse,
} from '@made-open/contracts';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { FileTooLargeError } from '../../errors.ts';
import { Gate } from '../gate.ts';
import { PlatformFiles, type FileHandle, type FilePart, type KeptFile } from './platform-files.ts';

export interface RunOrigin {
  /** Of the plugin, as it stands in subjects. */
  readonly token: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
}

const answerWithinMs = 15_000;
const patienceMs = 30_000;
const pauseMs = 1000;

const partsUnderWay = 2;

/** For all runs of a runner: more at once would only wait at etl, where those of other runners come, too. */
export function filePartsGate(stopping: AbortSignal): Gate {
  return new Gate(partsUnderWay, Infinity, stopping);
}

export interface FilesWay {
  readonly bus: Pick<Bus, 'call'>;
  readonly gate: Pick<Gate, 'through'>;
  /** Files that go along with what is to be sent, whoever of the space has saved them. */
  readonly attached?: ReadonlySet<string>;
}

/** As much as a request may hold; kept files are smaller unless the operator wants it otherwise. */
const maxReadBytes = 25 * 1024 * 1024;

/** Sends parts to etl, under the fence of a run. */
export class BusPlatformFiles extends PlatformFiles {
  readonly #way: FilesWay;
  readonly #origin: RunOrigin;
  readonly #signal: AbortSignal;

  constructor(way: FilesWay, origin: RunOrigin, signal: AbortSignal) {
    super();
    this.#way = way;
    this.#origin = origin;
    this.#signal = signal;
  }

  /** A part that etl has already changes nothing when it comes again. */
  override put(part: FilePart): Promise<FileHandle | undefined> {
    return this.#patiently(() => this.#send(part));
  }

  override async read(fileId: string): Promise<KeptFile | undefined> {
    const parts: Uint8Array[] = [];
    let described = { name: '', mimeType: '' };
    for (let chunk = 0, chunks = 1; chunk < chunks; chunk++) {
      const { file, content } = await this.#patiently(() => this.#part(fileId, chunk));
      if (file === undefined) return undefined;
      if (file.sizeBytes > maxReadBytes) throw new FileTooLargeError(maxReadBytes);
      chunks = file.chunks;
      described = { name: file.name, mimeType: file.mimeType };
      parts.push(content);
    }
    const whole = Buffer.concat(parts);
    const isWhole = createHash('sha256').update(whole).digest('hex') === fileId;
    return isWhole ? { ...described, content: whole } : undefined;
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    // What waits at the gate waits for others of this runner, not for etl.
    for (let started: number | undefined; ;) {
      try {
        return await this.#way.gate.through(() => {
          started ??= performance.now();
          return work();
        });
      } catch (error) {
        this.#signal.throwIfAborted();
        const isOver = started !== undefined && performance.now() - started > patienceMs;
        if (describeError(error).retry === 'never' || isOver) throw error;
        await delay(pauseMs, undefined, { signal: this.#signal });
      }
    }
  }

  /** Once: what is not heard of any more is removed later all the same. */
  override async abandon(uploadId: string): Promise<void> {
    await this.#call({ uploadId, abandon: true }).catch(() => undefined);
  }

  async #send(part: FilePart): Promise<FileHandle | undefined> {
    const { file } = await this.#call(part);
    if (file === undefined) return undefined;
    const { fileId, name, mimeType, sizeBytes } = file;
    return { file_id: fileId, name, mime_type: mimeType, size_bytes: sizeBytes };
  }

  #part(fileId: string, chunk: number): Promise<ReadPluginFileResponse> {
    const { token, connectionId } = this.#origin;
    const isAttachment = this.#way.attached?.has(fileId) === true;
    return this.#way.bus.call(
      FileService.method.readPluginFile,
      { connectionId, fileId, chunk, isAttachment },
      { parameters: { plugin: token }, signal: this.#signal, timeoutMs: answerWithinMs },
    );
  }

  #call(part: FilePart | { uploadId: string; abandon: true }): Promise<PutFileChunkResponse> {
    const { token, ...origin } = this.#origin;
    return this.#way.bus.call(
      FileService.method.putFileChunk,
      { ...origin, ...part },
      { parameters: { plugin: token }, signal: this.#signal, timeoutMs: answerWithinMs },
    );
  }
}
