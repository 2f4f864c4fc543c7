import type { Bus } from '@made-open/bus';
import {
  EntityService,
  type QueryEntitiesRequestSchema,
  type QueryEntitiesResponse,
} from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Egress } from '@made-open/egress';
import { allowsPublish, allowsRead, type Grant } from '@made-open/manifest';
import { setTimeout as delay } from 'node:timers/promises';
import { CapabilityDeniedError } from '../errors.ts';
import type { HostCalls } from '../sandbox/sandbox-process.ts';
import { PluginHttp } from './plugin-http.ts';

export interface PluginHostOptions {
  readonly bus: Bus;
  readonly token: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly grants: readonly Grant[];
  readonly egress: Egress;
  readonly signal: AbortSignal;
  readonly onLog: (level: string, message: string, fieldsText: string) => void;
}

const maxTimerMs = 60_000;

/** Answers what the sandbox asks for, after the permission was checked; never rejects. */
export class PluginHost implements HostCalls {
  readonly #options: PluginHostOptions;
  readonly #http: PluginHttp;
  /** A checkpoint that an earlier run saved was loaded: this run does not see everything. */
  continuedEarlierRun = false;

  constructor(options: PluginHostOptions) {
    this.#options = options;
    this.#http = new PluginHttp(options.egress, options.signal);
  }

  get httpCalls(): number {
    return this.#http.calls;
  }

  log(level: string, message: string, fieldsText: string): void {
    this.#options.onLog(level, message, fieldsText);
  }

  async call(method: string, argsText: string): Promise<string> {
    try {
      const args: unknown = JSON.parse(argsText);
      return await this.#dispatch(method, args);
    } catch (error) {
      const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
      return JSON.stringify({
        ok: false,
        code: typeof code === 'string' ? code : 'host.failed',
        message: error instanceof Error ? error.message : 'failed',
      });
    }
  }

  async #dispatch(method: string, args: unknown): Promise<string> {
    switch (method) {
      case 'http':
        return this.#http.call(record(args));
      case 'timer':
        await delay(Math.min(Math.max(Number(args) || 0, 0), maxTimerMs), undefined, {
          signal: this.#options.signal,
        });
        return ok(null);
      case 'checkEvent':
        if (!allowsPublish(this.#options.grants, String(args)))
          throw new CapabilityDeniedError(`event:publish:${String(args)}`);
        return ok(null);
      case 'getCheckpoint':
        return this.#checkpoint();
      case 'query':
        return this.#query(record(args));
      case 'getById':
        return this.#getById(record(args));
      default:
        throw new TypeError(`the host has no ${method}`);
    }
  }

  async #checkpoint(): Promise<string> {
    const { bus, token, connectionId, runId } = this.#options;
    const saved = await bus.call(
      EntityService.method.getCheckpoint,
      { connectionId },
      { parameters: { plugin: token } },
    );
    if (saved.stateJson === '') return ok(null);
    if (saved.runId !== runId) this.continuedEarlierRun = true;
    return `{"ok":true,"value":${saved.stateJson}}`;
  }

  async #query({ table, query }: Record<string, unknown>): Promise<string> {
    const { where, orderBy, limit, cursor } = record(query ?? {});
    const { entities } = await this.#read(String(table), {
      ...(typeof where === 'object' && where !== null
        ? { where: JSON.parse(JSON.stringify(where)) }
        : {}),
      orderBy: typeof orderBy === 'string' ? orderBy : '',
      limit: typeof limit === 'number' ? Math.trunc(limit) : 100,
      cursor: typeof cursor === 'string' ? cursor : '',
    });
    return ok(entities.map(({ origin, fields }) => ({ id: origin?.entityId, ...fields })));
  }

  async #getById({ table, id }: Record<string, unknown>): Promise<string> {
    const { entities } = await this.#read(String(table), { entityId: String(id), limit: 1 });
    const [entity] = entities;
    return ok(entity === undefined ? null : { id: entity.origin?.entityId, ...entity.fields });
  }

  #read(
    table: string,
    request: Omit<MessageInitShape<typeof QueryEntitiesRequestSchema>, '$typeName'>,
  ): Promise<QueryEntitiesResponse> {
    const { bus, token, connectionId, grants } = this.#options;
    if (!allowsRead(grants, table)) throw new CapabilityDeniedError(`data:read:${table}`);
    const query = { ...request, connectionId, table };
    return bus.call(EntityService.method.queryEntities, query, { parameters: { plugin: token } });
  }
}

function ok(value: unknown): string {
  return JSON.stringify({ ok: true, value });
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('an object was expected');
  return { ...value };
}
