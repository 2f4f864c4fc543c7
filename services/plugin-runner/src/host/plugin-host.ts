import type { Egress } from '@made-open/egress';
import { allowsPublish, allowsRead, type Grant } from '@made-open/manifest';
import { CapabilityDeniedError, UnknownCallError } from '../errors.ts';
import { Gate } from './gate.ts';
import { failedAnswer, type CallAnswer, type HostCalls } from './open-calls.ts';
import type { PlatformFiles } from './files/platform-files.ts';
import { PluginFiles } from './files/plugin-files.ts';
import type { ManifestAuth } from './credentials/manifest-auth.ts';
import type { LiveToken } from './secrets/live-token.ts';
import type { EntityPage, EntityQuery, PlatformData } from './platform-data.ts';
import { PluginHttp } from './http/plugin-http.ts';
import type { RequestBudget } from './http/request-budget.ts';
import { readObject, textOf } from './processes/sandbox-failure.ts';
import { parseShallow } from './text-depth.ts';

export interface PluginHostOptions {
  readonly runId: string;
  readonly grants: readonly Grant[];
  readonly egress: Pick<Egress, 'request'>;
  readonly data: PlatformData;
  readonly files: PlatformFiles;
  /** Where the wallet keeps the access token fresh. */
  readonly token?: LiveToken | undefined;
  /** Where the runs of the connection may send so many requests and no more. */
  readonly budget?: RequestBudget | undefined;
  /** Of an HTTP manifest. */
  readonly auth?: ManifestAuth | undefined;
  /** Aborted when the run ends, however it does: nothing is done for it any more. */
  readonly signal: AbortSignal;
  readonly onLog: (level: string, message: string, fieldsText: string) => void;
  /** A permission that the plugin lacks was needed. */
  readonly onDenied?: (code: string) => void;
}

const concurrentQueries = 4;
const queuedQueries = 64;
const concurrentUploads = 4;
const queuedUploads = 64;
const maxQuery = 500;

/** Answers what the sandbox asks for, after the permission was checked; never rejects. */
export class PluginHost implements HostCalls {
  readonly #options: PluginHostOptions;
  readonly #http: PluginHttp;
  readonly #files: PluginFiles;
  readonly #queries: Gate;
  readonly #uploads: Gate;
  /** The plugin went on from what an earlier run had saved: this run does not see everything. */
  isPartial = false;

  constructor(options: PluginHostOptions) {
    this.#options = options;
    this.#files = new PluginFiles(options.files);
    this.#http = new PluginHttp(options.egress, options.signal, {
      token: options.token,
      budget: options.budget,
      auth: options.auth,
      files: this.#files,
    });
    this.#uploads = new Gate(concurrentUploads, queuedUploads, options.signal);
    this.#queries = new Gate(concurrentQueries, queuedQueries, options.signal);
  }

  get httpCalls(): number {
    return this.#http.calls;
  }

  /** Bytes of files since this was last asked. */
  takeFileBytes(): number {
    return this.#files.takeBytes();
  }

  log(level: string, message: string, fieldsText: string): void {
    this.#options.onLog(level, message, fieldsText);
  }

  async call(method: string, argsText: string): Promise<CallAnswer> {
    try {
      return await this.#dispatch(method, () => parseShallow(argsText));
    } catch (error) {
      const text = failedAnswer(error);
      const code = textOf(readObject(text)['code']);
      if (code === 'capability.denied' || code === 'egress.host_not_granted')
        this.#options.onDenied?.(code);
      return { text };
    }
  }

  async #dispatch(method: string, read: () => unknown): Promise<CallAnswer> {
    switch (method) {
      case 'http':
        return this.#http.call(() => record(read()));
      case 'saveFile':
        return this.#uploads.through(async () => ok(await this.#files.save(record(read()))));
      case 'checkEvent':
        return this.#checkEvent(read());
      case 'getCheckpoint':
        return this.#queries.through(() => this.#checkpoint());
      case 'resetCheckpoint':
        // What follows begins from nothing: the run sees everything after all.
        this.isPartial = false;
        return ok(null);
      case 'query':
        return this.#queries.through(() => this.#query(record(read())));
      case 'getById':
        return this.#queries.through(() => this.#getById(record(read())));
      default:
        throw new UnknownCallError(textOf(method).slice(0, 64));
    }
  }

  #checkEvent(subject: unknown): CallAnswer {
    if (typeof subject !== 'string' || !allowsPublish(this.#options.grants, subject))
      throw new CapabilityDeniedError(`event:publish:${textOf(subject).slice(0, 300)}`);
    return ok(null);
  }

  /** `{state, partial, migrateFrom?}`: a run that goes on from a partial one is partial too, however many slices it has. */
  async #checkpoint(): Promise<CallAnswer> {
    const { stateJson, runId, migrateFrom } = await this.#options.data.checkpoint();
    if (stateJson === '') return ok(null);
    const saved = readObject(stateJson);
    const wasReset = saved['state'] === null && saved['partial'] !== true;
    if (wasReset) return ok(null);
    const partial = saved['partial'] === true || runId !== this.#options.runId;
    if (partial) this.isPartial = true;
    return ok({ state: saved['state'] ?? null, partial, migrateFrom });
  }

  async #query({ table, query }: Record<string, unknown>): Promise<CallAnswer> {
    const { where, orderBy, limit, cursor } = record(query ?? {});
    return ok(
      await this.#read({
        table: textOf(table),
        limit: typeof limit === 'number' ? Math.min(Math.max(Math.trunc(limit), 1), maxQuery) : 100,
        ...(where === undefined || where === null ? {} : { where: record(where) }),
        ...(typeof orderBy === 'string' ? { orderBy } : {}),
        ...(typeof cursor === 'string' ? { cursor } : {}),
      }),
    );
  }

  async #getById({ table, id }: Record<string, unknown>): Promise<CallAnswer> {
    const { entities } = await this.#read({
      table: textOf(table),
      entityId: textOf(id),
      limit: 1,
    });
    return ok(entities[0] ?? null);
  }

  #read(query: EntityQuery): Promise<EntityPage> {
    if (!allowsRead(this.#options.grants, query.table))
      throw new CapabilityDeniedError(`data:read:${query.table.slice(0, 64)}`);
    return this.#options.data.query(query);
  }
}

function ok(value: unknown): CallAnswer {
  return { text: JSON.stringify({ ok: true, value }) };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnknownCallError('with arguments that are no object');
  return { ...value };
}
