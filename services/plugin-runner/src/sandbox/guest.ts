/** What the host hands to the guest; taken before plugin code runs and not reachable by it. */
interface GuestHost {
  /** Calls the host; never rejects. */
  call: {
    apply(receiver: undefined, args: [string, string], options: object): Promise<{ v: string }>;
  };
  log(level: string, text: string): void;
}

interface GuestLimits {
  itemBytes: number;
  logLinesPerSecond: number;
  eventsPerRun: number;
}

/**
 * Runs inside the isolate, before the plugin: it is turned to text and must not use anything from outside itself.
 * It removes what isolated-vm does not limit, keeps the built-ins it needs, and answers the host's pulls.
 */
export function guest(host: GuestHost, configText: string, limits: GuestLimits): void {
  const { parse, stringify } = JSON;
  const { freeze, create, defineProperty } = Object;
  const now = Date.now;
  const apply = Reflect.apply;
  const textOf = String;
  const TypeErrorOf = TypeError;
  const globals = globalThis as unknown as Record<string, unknown>;
  const callOptions = freeze({
    __proto__: null,
    arguments: freeze({ __proto__: null, copy: true }),
    result: freeze({ __proto__: null, promise: true, copy: true }),
  });

  // Memory that isolated-vm does not count, and what only serves to watch the collector.
  for (const name of [
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'FinalizationRegistry',
    'WeakRef',
    'console',
  ])
    delete globals[name];
  const NativeArrayBuffer = ArrayBuffer;
  const FixedArrayBuffer = function ArrayBuffer(length: number): ArrayBuffer {
    return new NativeArrayBuffer(length);
  };
  defineProperty(FixedArrayBuffer, 'prototype', {
    value: NativeArrayBuffer.prototype,
    writable: false,
  });
  defineProperty(FixedArrayBuffer, 'isView', { value: NativeArrayBuffer.isView });
  defineProperty(NativeArrayBuffer.prototype, 'constructor', {
    value: FixedArrayBuffer,
    writable: false,
    configurable: false,
  });
  for (const name of ['resize', 'transfer', 'transferToFixedLength'])
    delete (NativeArrayBuffer.prototype as unknown as Record<string, unknown>)[name];
  globals['ArrayBuffer'] = FixedArrayBuffer;

  const withoutProto = (key: string, value: unknown): unknown =>
    key === '__proto__' ? undefined : value;
  const read = (text: string): unknown => parse(text, withoutProto);
  const cut = (text: string): string => (text.length > 8192 ? `${text.slice(0, 8192)}…` : text);

  interface Answer {
    ok: boolean;
    value?: unknown;
    code?: string;
    message?: string;
    http?: { status: number; headers: Record<string, string>; retryAfterMs?: number; body: string };
  }

  const ask = async (method: string, args: unknown): Promise<unknown> => {
    const argsText = stringify(args) ?? 'null';
    const { v } = await host.call.apply(undefined, [method, argsText], callOptions);
    const answer = read(v) as Answer;
    if (answer.ok) return answer.value;
    const error = new Error(answer.message ?? 'failed') as Error & Record<string, unknown>;
    error['code'] = answer.code;
    if (answer.http !== undefined) {
      error.name = 'HttpError';
      error['status'] = answer.http.status;
      error['headers'] = answer.http.headers;
      error['retryAfterMs'] = answer.http.retryAfterMs;
      error['body'] = answer.http.body;
    }
    throw error;
  };

  // Log: cut, counted, dropped above the rate.
  let windowStart = 0;
  let lines = 0;
  const log =
    (level: string) =>
    (message: unknown, fields?: unknown): void => {
      const time = now();
      if (time - windowStart >= 1000) {
        windowStart = time;
        lines = 0;
      }
      if (++lines > limits.logLinesPerSecond) {
        if (lines === limits.logLinesPerSecond + 1)
          host.log(
            'warn',
            stringify({ message: 'too many log lines; more of this second are dropped' }),
          );
        return;
      }
      let fieldsText = '';
      try {
        fieldsText = fields === undefined ? '' : cut(stringify(fields) ?? '');
      } catch {
        fieldsText = '"[not JSON]"';
      }
      host.log(
        level,
        stringify({
          message: cut(typeof message === 'string' ? message : textOf(message)),
          fields: fieldsText,
        }),
      );
    };
  const logger = freeze({ info: log('info'), warn: log('warn'), error: log('error') });
  globals['console'] = freeze({
    log: logger.info,
    info: logger.info,
    debug: logger.info,
    warn: logger.warn,
    error: logger.error,
  });

  // Timers by the host.
  const timers = create(null) as Record<number, boolean>;
  let lastTimer = 0;
  globals['setTimeout'] = (work: unknown, ms?: unknown, ...args: unknown[]): number => {
    if (typeof work !== 'function') throw new TypeErrorOf('setTimeout needs a function');
    const id = ++lastTimer;
    timers[id] = true;
    const fire = async (): Promise<void> => {
      await ask('timer', Number(ms) || 0);
      if (timers[id] !== true) return;
      delete timers[id];
      apply(work, undefined, args);
    };
    void fire();
    return id;
  };
  globals['clearTimeout'] = (id: unknown): void => {
    delete timers[id as number];
  };
  globals['queueMicrotask'] = (work: unknown): void => {
    if (typeof work !== 'function') throw new TypeErrorOf('queueMicrotask needs a function');
    void Promise.resolve().then(() => apply(work, undefined, []) as unknown);
  };

  // Records of the run, in the order frames want: items and deletes by type, then events, then a checkpoint.
  interface Section {
    kind: string;
    type?: string;
    ids?: string[];
    subjects?: string[];
    lines: string[];
  }
  const rank = { item: 0, delete: 1, event: 2, checkpoint: 3 } as const;
  let sections: Section[] = [];
  let records = 0;
  let bytes = 0;
  let events = 0;
  interface Pending {
    kind: keyof typeof rank;
    type: string;
    id: string;
    line: string;
  }
  let held: Pending | undefined;

  const highest = (): number => {
    const last = sections[sections.length - 1];
    return last === undefined ? 0 : rank[last.kind as keyof typeof rank];
  };
  /** Puts a record into the frame; false when it must wait for the next one to keep the order. */
  const put = (record: Pending): boolean => {
    if (highest() > rank[record.kind] || highest() === rank.checkpoint) return false;
    let section = sections.find(
      (candidate) => candidate.kind === record.kind && candidate.type === record.type,
    );
    if (section === undefined) {
      section = { kind: record.kind, type: record.type, lines: [] };
      if (record.kind === 'event') section.subjects = [];
      else if (record.kind !== 'checkpoint') section.ids = [];
      sections.push(section);
    }
    section.ids?.push(record.id);
    section.subjects?.push(record.id);
    if (record.kind !== 'delete') section.lines.push(record.line);
    records++;
    bytes += record.line.length + record.id.length;
    return true;
  };
  const frameText = (): string => {
    const header = {
      v: 1,
      sections: sections.map(({ kind, type, ids, subjects }) =>
        kind === 'event'
          ? { kind, subjects }
          : kind === 'checkpoint'
            ? { kind }
            : { kind, type, ids },
      ),
    };
    let text = `${stringify(header)}\n`;
    for (const section of sections) for (const line of section.lines) text += `${line}\n`;
    sections = [];
    records = 0;
    bytes = 0;
    return text;
  };
  const side: Pending[] = [];

  const fail = (code: string, message: string): never => {
    const error = new Error(message) as Error & Record<string, unknown>;
    error['code'] = code;
    throw error;
  };
  const recordOf = (item: unknown): Pending => {
    if (typeof item !== 'object' || item === null)
      return fail(
        'sandbox.item_invalid',
        'sync must yield objects with type, externalId, data and raw',
      );
    const { type, externalId, data, raw, deleted } = item as Record<string, unknown>;
    if (typeof type !== 'string' || typeof externalId !== 'string')
      return fail('sandbox.item_invalid', 'type and externalId of an item must be strings');
    if (externalId.length === 0 || externalId.length > 512)
      return fail(
        'sandbox.item_invalid',
        `externalId of an item must have 1 to 512 characters, not ${externalId.length}`,
      );
    if (deleted === true) return { kind: 'delete', type, id: externalId, line: '' };
    const line = `${stringify(data) ?? 'null'}\t${stringify(raw) ?? 'null'}`;
    if (line.length > limits.itemBytes)
      return fail(
        'sandbox.item_too_large',
        `item ${type} "${externalId.slice(0, 64)}" has ${line.length} characters as JSON; the limit is ${limits.itemBytes}: leave out what is not needed or shorten raw`,
      );
    return { kind: 'item', type, id: externalId, line };
  };

  const http = freeze({
    get: (url: unknown, headers?: unknown) => ask('http', { method: 'GET', url, headers }),
    delete: (url: unknown, headers?: unknown) => ask('http', { method: 'DELETE', url, headers }),
    post: (url: unknown, body?: unknown, headers?: unknown) =>
      ask('http', { method: 'POST', url, body, headers }),
    put: (url: unknown, body?: unknown, headers?: unknown) =>
      ask('http', { method: 'PUT', url, body, headers }),
    patch: (url: unknown, body?: unknown, headers?: unknown) =>
      ask('http', { method: 'PATCH', url, body, headers }),
    request: (request: unknown) => ask('http', { ...(request as object), whole: true }),
  });
  const context = freeze({
    config: freeze(read(configText)),
    logger,
    http,
    data: freeze({
      query: (table: unknown, query?: unknown) => ask('query', { table, query }),
      getById: (table: unknown, id: unknown) => ask('getById', { table, id }),
    }),
    checkpoint: freeze({
      get: () => ask('getCheckpoint', null),
      save: async (state: unknown): Promise<void> => {
        const line = stringify(state);
        if (line === undefined || line.length > 65_536)
          fail('sandbox.checkpoint_invalid', 'a checkpoint must be JSON of at most 64 KiB');
        side.push({ kind: 'checkpoint', type: '', id: '', line });
      },
    }),
    emitEvent: async (subject: unknown, payload: unknown): Promise<void> => {
      if (typeof subject !== 'string')
        fail('sandbox.event_invalid', 'the subject of an event must be a string');
      await ask('checkEvent', subject);
      if (++events > limits.eventsPerRun)
        fail('sandbox.event_limit', `a run may emit ${limits.eventsPerRun} events`);
      const line = stringify(payload) ?? 'null';
      if (line.length > limits.itemBytes)
        fail(
          'sandbox.event_too_large',
          `the payload of an event may have ${limits.itemBytes} characters`,
        );
      side.push({ kind: 'event', type: '', id: subject as string, line });
    },
  });

  interface Iterator {
    next(): Promise<{ done?: boolean; value?: unknown }>;
  }
  let iterator: Iterator | undefined;
  let pending: Promise<void> | undefined;
  let settled: { result: { done?: boolean; value?: unknown } } | { error: unknown } | undefined;
  let finished = false;

  const pluginOf = (): { sync(context: unknown): Iterator } => {
    const exported = globals['__plugin'] as { plugin?: unknown; default?: unknown } | undefined;
    const plugin = exported?.plugin ?? exported?.default;
    if (typeof plugin !== 'object' || plugin === null)
      return fail('sandbox.no_plugin', 'the entry must export `plugin` or a default object');
    if (typeof (plugin as { sync?: unknown }).sync !== 'function')
      return fail('sandbox.no_sync', 'the plugin has no sync(context)');
    return plugin as { sync(context: unknown): Iterator };
  };

  const advance = (source: Iterator): void => {
    settled = undefined;
    pending = source.next().then(
      (result) => {
        settled = { result };
      },
      (error: unknown) => {
        settled = { error };
      },
    );
  };

  const isFull = (maxItems: number, maxBytes: number): boolean =>
    records >= maxItems || bytes >= maxBytes;

  /** Moves what emitEvent and checkpoint.save left; false when the frame has to be cut first. */
  const putSide = (): boolean => {
    while (side.length > 0) {
      if (!put(side[0] as Pending)) return false;
      side.shift();
    }
    return true;
  };

  const pull = async (
    maxItems: number,
    maxBytes: number,
  ): Promise<{ v: string; done: boolean }> => {
    iterator ??= pluginOf().sync(context);
    if (held !== undefined) {
      put(held);
      held = undefined;
    }
    while (!finished && !isFull(maxItems, maxBytes)) {
      if (!putSide()) break;
      if (pending === undefined) advance(iterator);
      // A few turns for generators that wait for nothing outside; then what is there goes out at once.
      for (let turn = 0; turn < 8 && settled === undefined; turn++) await null;
      if (settled === undefined && records > 0) break;
      await pending;
      pending = undefined;
      const outcome = settled as unknown as {
        result?: { done?: boolean; value?: unknown };
        error?: unknown;
      };
      if (outcome.result === undefined) throw outcome.error;
      const sideFits = putSide();
      if (outcome.result.done === true) {
        finished = true;
        break;
      }
      const record = recordOf(outcome.result.value);
      if (!sideFits || !put(record)) {
        held = record;
        break;
      }
    }
    if (finished && held === undefined) putSide();
    const done = finished && held === undefined && side.length === 0;
    return { v: records > 0 ? frameText() : '', done };
  };

  const describe = (error: unknown): string => {
    const safe = (name: string): unknown => {
      try {
        return typeof error === 'object' && error !== null
          ? (error as Record<string, unknown>)[name]
          : undefined;
      } catch {
        return undefined;
      }
    };
    const text = (value: unknown): string | undefined =>
      typeof value === 'string' ? cut(value) : undefined;
    const number = (value: unknown): number | undefined =>
      typeof value === 'number' ? value : undefined;
    return stringify({
      code: text(safe('code')) ?? 'plugin.error',
      message:
        text(safe('message')) ??
        (typeof error === 'string' ? cut(error) : 'the plugin threw something that is no error'),
      stack: text(safe('stack')),
      status: number(safe('status')),
      retryAfterMs: number(safe('retryAfterMs')),
    });
  };

  // The host takes this function as a reference and deletes it before the plugin is loaded.
  globals['__pull'] = async (
    maxItems: number,
    maxBytes: number,
  ): Promise<{ v: string; done: boolean; error?: string }> => {
    try {
      return await pull(maxItems, maxBytes);
    } catch (error) {
      return { v: '', done: true, error: describe(error) };
    }
  };
}
