import { MeilisearchApiError, type Task } from 'meilisearch';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';

/**
 * Faults of a request that would be one again, if the server lays them to the request: 422 is also what a full disk
 * answers, and 400 a broken document store. All others pass: the server starts, is full, has another key.
 */
const refusals = new Set([400, 413, 415, 422]);

/**
 * What a fault of the client means. Its message and its cause stay behind: they may quote a document, and the request
 * carries the key.
 */
export function engineFault(error: unknown): Error {
  if (error instanceof IndexRefusedError || error instanceof IndexUnavailableError) return error;
  if (error instanceof MeilisearchApiError) {
    const { cause, response } = error;
    const reason = `${String(response.status)} ${cause?.code ?? 'without a code'}`;
    const isOfRequest = cause === undefined || cause.type === 'invalid_request';
    return isOfRequest && refusals.has(response.status)
      ? new IndexRefusedError(reason)
      : new IndexUnavailableError(new Error(`Meilisearch answered ${reason}`));
  }
  const name = error instanceof Error ? error.name : typeof error;
  return new IndexUnavailableError(new Error(`Meilisearch did not answer: ${name}`));
}

/** Whether a request was refused for this reason. */
export function isAnswered(error: unknown, code: string | undefined): boolean {
  return error instanceof MeilisearchApiError && code !== undefined && error.cause?.code === code;
}

/** Throws unless the task did what it was to do, or `accepted` is why it did not. */
export function checkTask({ status, error }: Task, accepted?: string): void {
  if (status === 'succeeded' || (error !== null && error.code === accepted)) return;
  const reason = `task ${status}: ${error?.code ?? 'without a code'}`;
  const isRefused = error?.type === 'invalid_request' && error.code !== 'index_not_found';
  throw isRefused ? new IndexRefusedError(reason) : new IndexUnavailableError(new Error(reason));
}
