import { describeError, type Bus } from '@made-open/bus';
import { FileService, type PutFileChunkResponse } from '@made-open/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { Gate } from '../gate.ts';
import { PlatformFiles, type FileHandle, type FilePart } from './platform-files.ts';

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
}

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
  override async put(part: FilePart): Promise<FileHandle | undefined> {
    // What waits at the gate waits for others of this runner, not for etl.
    for (let started: number | undefined; ;) {
      try {
        return await this.#way.gate.through(() => {
          started ??= performance.now();
          return this.#send(part);
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

  #call(part: FilePart | { uploadId: string; abandon: true }): Promise<PutFileChunkResponse> {
    const { token, ...origin } = this.#origin;
    return this.#way.bus.call(
      FileService.method.putFileChunk,
      { ...origin, ...part },
      { parameters: { plugin: token }, signal: this.#signal, timeoutMs: answerWithinMs },
    );
  }
}
