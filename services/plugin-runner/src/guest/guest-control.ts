import './harden.ts';
import { AbortController } from './web-apis/abort.ts';
import { GeneratorPump, type PulledText, type RecordPump } from './records/generator-pump.ts';
import { guestContext, invocationParts, type ContextParts } from './guest-context.ts';
import { describeError, GuestError } from './guest-error.ts';
import { guestLogger, type GuestLogger } from './guest-logger.ts';
import { HostCalls } from './host-calls.ts';
import type { GuestLimits, HostFunctions } from './host-functions.ts';
import { invocationSource } from './invocations/invocation-source.ts';
import { mappedRecord, storedRaw } from './records/mapped-record.ts';
import { migrationOf } from './migrate-checkpoint.ts';
import { parse, toNumber, toText } from './primordials.ts';
import { mappingOf, remapSource } from './records/remap-source.ts';
import { requireSync, syncSource } from './sync-source.ts';
import { testSource } from './test-source.ts';
import { Timers } from './web-apis/timers.ts';

/** An answer to the sandbox process; `error` is a described error. */
export type GuestAnswer = PulledText & { readonly error?: string };

/** What the sandbox process calls: `start` with the config and the kind of work, `pull` with sizes, `timer` with an id, `abort`. */
export type GuestControl = (
  command: string,
  first?: unknown,
  second?: unknown,
) => Promise<GuestAnswer> | undefined;

/** What an engine works with. */
export interface EngineParts {
  readonly calls: HostCalls;
  readonly logger: GuestLogger;
  readonly timers: Timers;
  readonly limits: GuestLimits;
  /** Ends the work with an error that no call of the plugin can catch. */
  readonly fail: (error: unknown) => void;
}

/** Runs plugins of one language. */
export interface GuestEngine {
  /** Loads the plugin: its code runs. */
  readonly load: () => object;
  /** Where `sync` need not go item by item. */
  readonly syncPump?: {
    readonly make: () => RecordPump;
    readonly begin: (context: object) => void;
  };
  /** Beside the signal of the context. */
  readonly abort?: () => void;
}

/** Makes the isolate ready for plugins of one language. */
export function installGuest(
  host: HostFunctions,
  limitsText: string,
  engineOf: (parts: EngineParts) => GuestEngine,
): GuestControl {
  const guest = new Guest(host, limitsText, engineOf);
  return (command, first, second) => {
    switch (command) {
      case 'start':
        return answer(async () => guest.start(toText(first), toText(second)));
      case 'pull':
        return answer(
          () => guest.pull(toNumber(first), toNumber(second)),
          () => guest.flush(),
        );
      case 'timer':
        guest.fire(toNumber(first));
        return undefined;
      default:
        guest.abort();
        return undefined;
    }
  };
}

class Guest {
  readonly #limits: GuestLimits;
  readonly #digest: HostFunctions['digest'];
  readonly #calls: HostCalls;
  readonly #logger: GuestLogger;
  readonly #timers: Timers;
  readonly #items: GeneratorPump;
  readonly #engine: GuestEngine;
  readonly #stopping = new AbortController();
  readonly flush: () => void;
  #pump: RecordPump;

  constructor(
    host: HostFunctions,
    limitsText: string,
    engineOf: (parts: EngineParts) => GuestEngine,
  ) {
    const limits: GuestLimits = parse(limitsText);
    const calls = new HostCalls(host.call);
    const { logger, flush } = guestLogger(host.log, limits.logLinesPerSecond);
    const fail = (error: unknown): void => this.#pump.fail(error);
    const timers = new Timers(host.timer, fail);
    this.#items = new GeneratorPump({
      itemBytes: limits.itemBytes,
      isWaiting: () => calls.count > 0 || timers.count > 0,
    });
    this.#pump = this.#items;
    this.#limits = limits;
    this.#digest = host.digest;
    this.#calls = calls;
    this.#logger = logger;
    this.#timers = timers;
    this.flush = flush;
    this.#engine = engineOf({ calls, logger, timers, limits, fail });
  }

  start(configText: string, work: string): GuestAnswer {
    const plugin = this.#engine.load();
    if (work === 'remap') this.#remap(plugin);
    else if (work === 'sync') this.#sync(plugin, configText);
    else if (work === 'test') {
      const context = guestContext(configText, this.#partsFor(plugin));
      this.#items.begin(testSource(plugin, context, this.#calls));
    } else this.#invocation(plugin, configText);
    return nothing;
  }

  pull(maxItems: number, maxSize: number): Promise<PulledText> {
    return this.#pump.pull(maxItems, maxSize);
  }

  fire(timer: number): void {
    this.#timers.fire(timer);
  }

  abort(): void {
    this.#stopping.abort(new GuestError('sandbox.stopped', 'the run is stopped'));
    this.#engine.abort?.();
  }

  #sync(plugin: object, configText: string): void {
    const { syncPump } = this.#engine;
    if (syncPump !== undefined) this.#pump = syncPump.make();
    const context = guestContext(configText, this.#partsFor(plugin));
    requireSync(plugin);
    if (syncPump === undefined) this.#items.begin(syncSource(plugin, context));
    else syncPump.begin(context);
  }

  #invocation(plugin: object, configText: string): void {
    const parts = this.#partsFor(plugin);
    this.#items.begin(
      invocationSource(plugin, this.#calls, (webhook) =>
        guestContext(configText, parts, invocationParts(parts, webhook)),
      ),
    );
  }

  #remap(plugin: object): void {
    const map = mappingOf(plugin);
    this.#items.begin(
      remapSource(this.#calls, (record) => this.#items.add(record)),
      (stored) => mappedRecord(map, storedRaw(stored), this.#limits.itemBytes),
    );
  }

  #partsFor(plugin: object): ContextParts {
    return {
      calls: this.#calls,
      pump: this.#pump,
      logger: this.#logger,
      digest: this.#digest,
      limits: this.#limits,
      stopping: this.#stopping,
      migrate: migrationOf(plugin),
    };
  }
}

/** An error crosses as text: an error object of the plugin may be anything. */
async function answer(
  work: () => Promise<GuestAnswer>,
  atEnd: () => void = () => undefined,
): Promise<GuestAnswer> {
  try {
    const given = await work();
    if (given.done) atEnd();
    return given;
  } catch (error) {
    atEnd();
    return { ...nothing, error: describeError(error) };
  }
}

const nothing: GuestAnswer = { v: '', done: false };
