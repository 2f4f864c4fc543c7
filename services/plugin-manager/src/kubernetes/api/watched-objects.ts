import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@made-open/nest';
import type { ApiServer } from './api-server.ts';
import { fieldsOf, objectOf, textOf } from './json-fields.ts';

export interface WatchedOptions<T> {
  readonly server: Pick<ApiServer, 'ask' | 'watch'>;
  /** Of the list: `/apis/apps/v1/namespaces/a/deployments`. */
  readonly path: string;
  readonly labelSelector: string;
  readonly read: (object: unknown) => T;
  readonly onChange: (before: T | undefined, after: T | undefined) => void;
  readonly logger: Logger;
}

/** The server ends a watch by then, and everything is listed anew: what a watch has missed is seen at the latest then. */
const resyncSeconds = 120;
/** A connection that died without a word ends, too. */
const silenceMs = (resyncSeconds + 30) * 1000;
const pauseMs = 1000;

interface Known<T> {
  readonly version: bigint;
  readonly value: T;
}

/** Objects of one kind as they are now: listed, then watched, listed again. */
export class WatchedObjects<T> {
  readonly #options: WatchedOptions<T>;
  readonly #known = new Map<string, Known<T>>();
  readonly #ending = new AbortController();
  #isFollowed = false;

  constructor(options: WatchedOptions<T>) {
    this.#options = options;
  }

  /** Resolves when all are known; then goes on until it is stopped. May be repeated when it could not be done. */
  async start(): Promise<void> {
    const version = await this.#list();
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    void this.#follow(version);
  }

  all(): T[] {
    return [...this.#known.values()].map(({ value }) => value);
  }

  /** One that was just written: it is known at once, not only when the watch tells it. */
  note(object: unknown): T {
    return this.#set(object);
  }

  stop(): void {
    this.#ending.abort();
  }

  async #follow(first: string): Promise<void> {
    const { signal } = this.#ending;
    let version: string | undefined = first;
    while (!signal.aborted) {
      try {
        version ??= await this.#list();
        await this.#watch(version);
      } catch (error) {
        if (signal.aborted) return;
        const { logger, path } = this.#options;
        logger.warn('the cluster cannot be watched; it is tried again', { path, error });
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
      version = undefined;
    }
  }

  async #list(): Promise<string> {
    const { server, path, labelSelector } = this.#options;
    const list = fieldsOf(await server.ask({ method: 'GET', path, query: { labelSelector } }));
    const items: unknown[] = Array.isArray(list['items']) ? list['items'] : [];
    const names = new Set(items.map(nameOf));
    for (const item of items) this.#set(item);
    for (const name of this.#known.keys()) if (!names.has(name)) this.#forget(name);
    return textOf(objectOf(list, 'metadata'), 'resourceVersion');
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { server, path, labelSelector } = this.#options;
    const query = { labelSelector, resourceVersion, timeoutSeconds: String(resyncSeconds) };
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(silenceMs)]);
    await server.watch(
      { method: 'GET', path, query },
      (event) => {
        const { type, object } = fieldsOf(event);
        if (type === 'ADDED' || type === 'MODIFIED') this.#set(object);
        else if (type === 'DELETED') this.#forget(nameOf(object));
      },
      signal,
    );
  }

  #set(object: unknown): T {
    const name = nameOf(object);
    const before = this.#known.get(name);
    const version = versionOf(object);
    // What was written here may be known before the watch tells what was before it.
    if (before !== undefined && before.version > version) return before.value;
    const value = this.#options.read(object);
    this.#known.set(name, { version, value });
    if (before?.version !== version) this.#options.onChange(before?.value, value);
    return value;
  }

  #forget(name: string): void {
    const before = this.#known.get(name);
    if (before === undefined) return;
    this.#known.delete(name);
    this.#options.onChange(before.value, undefined);
  }
}

function nameOf(object: unknown): string {
  return textOf(objectOf(fieldsOf(object), 'metadata'), 'name');
}

function versionOf(object: unknown): bigint {
  const text = textOf(objectOf(fieldsOf(object), 'metadata'), 'resourceVersion');
  return /^\d+$/u.test(text) ? BigInt(text) : 0n;
}
