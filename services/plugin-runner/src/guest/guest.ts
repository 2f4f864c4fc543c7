// Runs inside the isolate before the plugin: it takes away what isolated-vm does not limit, gives Web APIs and the context,
// and answers the host's pulls. It is no border: the plugin shares its heap, so the runner and etl check all it says.
import './harden.ts';
import { AbortController } from './web-apis/abort.ts';
import { GeneratorPump, type PulledText, type Source } from './records/generator-pump.ts';
import { guestContext, invocationParts } from './guest-context.ts';
import { describeError, GuestError } from './guest-error.ts';
import { guestLogger } from './guest-logger.ts';
import { HostCalls } from './host-calls.ts';
import type { GuestLimits, HostFunctions } from './host-functions.ts';
import { pluginOf } from './invocations/fax-plugin.ts';
import { invocationSource } from './invocations/invocation-source.ts';
import { mappedRecord, storedRaw } from './records/mapped-record.ts';
import { migrationOf } from './migrate-checkpoint.ts';
import { apply, get, parse, toNumber, toText } from './primordials.ts';
import { mappingOf, remapSource } from './records/remap-source.ts';
import { testSource } from './test-source.ts';
import { Timers } from './web-apis/timers.ts';
import { installWebApis } from './web-apis/web-apis.ts';

/** An answer to the sandbox process; `error` is a described error. */
export type GuestAnswer = PulledText & { readonly error?: string };

/** What the sandbox process calls: `start` with the config and the kind of work, `pull` with sizes, `timer` with an id, `abort`. */
export type GuestControl = (
  command: string,
  first?: unknown,
  second?: unknown,
) => Promise<GuestAnswer> | undefined;

/** Makes the isolate ready for the plugin's script. */
export function install(host: HostFunctions, limitsText: string): GuestControl {
  const limits: GuestLimits = parse(limitsText);
  const calls = new HostCalls(host.call);
  const { logger, flush } = guestLogger(host.log, limits.logLinesPerSecond);
  const pump = new GeneratorPump({
    itemBytes: limits.itemBytes,
    isWaiting: () => calls.count > 0 || timers.count > 0,
  });
  const timers = new Timers(host.timer, (error) => pump.fail(error));
  const stopping = new AbortController();
  installWebApis(timers, logger);
  const parts = { calls, pump, logger, digest: host.digest, limits, stopping };
  const start = (configText: string, work: string): GuestAnswer => {
    const plugin = exportedPlugin();
    if (work === 'remap') remap(plugin);
    else pump.begin(sourceOf(plugin, configText, work));
    return nothing;
  };
  const sourceOf = (plugin: object, configText: string, work: string): Source => {
    const own = { ...parts, migrate: migrationOf(plugin) };
    const contextOf = (more?: object): object => guestContext(configText, own, more);
    if (work === 'invocation')
      return invocationSource(plugin, calls, (webhook) => contextOf(invocationParts(own, webhook)));
    return work === 'test'
      ? testSource(plugin, contextOf(), calls)
      : startSync(plugin, contextOf());
  };
  const remap = (plugin: object): void => {
    const map = mappingOf(plugin);
    pump.begin(
      remapSource(calls, (record) => pump.add(record)),
      (stored) => mappedRecord(map, storedRaw(stored), limits.itemBytes),
    );
  };
  return (command, first, second) => {
    switch (command) {
      case 'start':
        return answer(async () => start(toText(first), toText(second)));
      case 'pull':
        return answer(() => pump.pull(toNumber(first), toNumber(second)), flush);
      case 'timer':
        timers.fire(toNumber(first));
        return undefined;
      default:
        stopping.abort(new GuestError('sandbox.stopped', 'the run is stopped'));
        return undefined;
    }
  };
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

/** `export const plugin`, a default export, or a class of a provider. */
function exportedPlugin(): object {
  const exported: unknown = get(globalThis, '__plugin');
  const plugin: unknown =
    typeof exported === 'object' && exported !== null ? pluginOf(exported) : undefined;
  if (typeof plugin !== 'object' || plugin === null)
    throw new GuestError(
      'sandbox.no_plugin',
      'the entry must export the plugin: `export const plugin = { id, sync, … }`, or as default',
    );
  return plugin;
}

function startSync(plugin: object, context: object): Source {
  const sync: unknown = get(plugin, 'sync');
  if (typeof sync !== 'function')
    throw new GuestError('sandbox.no_sync', 'the plugin has no sync(context)');
  return iteratorOf(apply(sync, plugin, [context]));
}

function iteratorOf(iterable: unknown): Source {
  if (typeof iterable === 'object' && iterable !== null) {
    const make: unknown = get(iterable, Symbol.asyncIterator);
    const iterator: unknown = typeof make === 'function' ? apply(make, iterable, []) : iterable;
    const next: unknown =
      typeof iterator === 'object' && iterator !== null ? get(iterator, 'next') : undefined;
    if (typeof next === 'function') return { next: () => apply(next, iterator, []) };
  }
  throw new GuestError(
    'sandbox.no_generator',
    'sync(context) must return an async generator: write `async *sync(context)` and yield items',
  );
}
