import type { FileDescription, FileHandle, HostContext } from '@made-open/plugin-sdk';
import type { GraphClient } from '../account/graph-client.ts';
import { GraphError, ResyncNeeded } from '../account/graph-error.ts';
import { text } from '../json.ts';

/** More than these would only fill the log of a run. */
const mostWarnings = 20;
const faultsOfFile = new Set([
  'files.too_large',
  'files.quota',
  'files.invalid',
  'files.invalid_chunk',
  'files.digest',
]);

/**
 * Keeps files of items with the platform. A file that cannot be had costs its item that file alone, with a warning: the run
 * goes on. What concerns more than the file does not stay here: throttling, and a token that is not good any more.
 */
export class FileKeeper {
  readonly #context: HostContext;
  readonly #client: GraphClient;
  #warnings = 0;

  constructor(context: HostContext, client: GraphClient) {
    this.#context = context;
    this.#client = client;
  }

  /** The file behind a path; undefined when there is none, or it cannot be had. */
  keep(path: string, file: FileDescription, title: string): Promise<FileHandle | undefined> {
    return this.attempt(title, () => this.#client.keep(path, file));
  }

  /** What an attempt brings; undefined when it fails. */
  async attempt<T>(title: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (this.#context.signal.aborted || !isOfFile(error)) throw error;
      this.#warn(`${title} cannot be had and is left out`, error);
      return undefined;
    }
  }

  #warn(message: string, error: unknown): void {
    this.#warnings++;
    if (this.#warnings > mostWarnings) return;
    const reason = error instanceof Error ? error.message : 'unknown';
    this.#context.logger.warn(message, { reason });
    if (this.#warnings === mostWarnings)
      this.#context.logger.warn('further files that cannot be had are not named');
  }
}

/** What is wrong with one file or its source; anything else, the platform itself for example, ends the run, which comes again. */
function isOfFile(error: unknown): boolean {
  if (error instanceof ResyncNeeded) return true;
  if (error instanceof GraphError)
    return error.status !== 401 && error.status !== 429 && error.retryAfterMs === undefined;
  const code = text(error, 'code') ?? '';
  return code.startsWith('egress.') || faultsOfFile.has(code);
}
