import { now } from '../primordials.ts';
import type { PythonFunctions } from './component.ts';

/** A resource that nothing can be done with: no folder is open, and no connection can be. */
class Inert {
  readonly isInert = true;
}

/** A pollable is only ever a point in time. */
abstract class Moment {
  readonly atMs: number;

  constructor(atMs: number) {
    this.atMs = atMs;
  }
}

/** The interface's own way to refuse: an error value, not a trap. */
function refuse(): never {
  const refusal: unknown = { payload: 'not-supported' };
  throw refusal;
}

const inert = (...names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, class extends Inert {}]));

/** WASI without files, environment, arguments, network and terminals: Python raises its ordinary errors. */
export function inertWasi({ random, sleep }: PythonFunctions): Record<string, object> {
  const block = (untilMs: number): void => {
    const left = untilMs - now();
    if (left > 0) sleep.applySyncPromise(undefined, [left]);
  };
  return { ...world(), ...clocks(block), ...randomness(random), ...sockets() };
}

function world(): Record<string, object> {
  const output = new (class OutputStream extends Inert {})();
  return {
    'wasi:cli/environment': { getArguments: () => [], getEnvironment: () => [] },
    'wasi:cli/exit': {
      exit: () => {
        throw new Error('Python ended itself');
      },
    },
    'wasi:cli/stderr': { getStderr: () => output },
    'wasi:cli/stdin': { getStdin: () => output },
    'wasi:cli/stdout': { getStdout: () => output },
    'wasi:cli/terminal-input': inert('TerminalInput'),
    'wasi:cli/terminal-output': inert('TerminalOutput'),
    'wasi:cli/terminal-stderr': { getTerminalStderr: () => undefined },
    'wasi:cli/terminal-stdin': { getTerminalStdin: () => undefined },
    'wasi:cli/terminal-stdout': { getTerminalStdout: () => undefined },
    'wasi:filesystem/preopens': { getDirectories: () => [] },
    'wasi:filesystem/types': inert('Descriptor', 'DirectoryEntryStream'),
    'wasi:io/error': inert('Error'),
    'wasi:io/streams': inert('InputStream', 'OutputStream'),
  };
}

function toMs(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n);
}

/** In whole milliseconds: a finer clock would tell what else runs here. */
function monotonic(): bigint {
  return BigInt(now()) * 1_000_000n;
}

function clocks(block: (untilMs: number) => void): Record<string, object> {
  class Pollable extends Moment {
    block(): void {
      block(this.atMs);
    }
  }
  return {
    'wasi:clocks/monotonic-clock': {
      now: monotonic,
      resolution: () => 1_000_000n,
      subscribeDuration: (duration: bigint) => new Pollable(now() + toMs(duration)),
      subscribeInstant: (instant: bigint) => new Pollable(toMs(instant)),
    },
    'wasi:clocks/wall-clock': {
      now: () => {
        const ms = now();
        return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1_000_000 };
      },
      resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
    },
    'wasi:io/poll': {
      Pollable,
      poll: (pollables: readonly Moment[]) => {
        block(Math.min(...pollables.map(({ atMs }) => atMs)));
        const ready = pollables.flatMap(({ atMs }, index) => (atMs <= now() ? [index] : []));
        return new Uint32Array(ready.length > 0 ? ready : [0]);
      },
    },
  };
}

function randomness(random: (length: number) => string): Record<string, object> {
  return {
    'wasi:random/random': {
      getRandomBytes: (length: bigint) => {
        const text = random(Number(length));
        const bytes = new Uint8Array(text.length / 2);
        for (let at = 0; at < bytes.length; at++)
          bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
        return bytes;
      },
    },
  };
}

function sockets(): Record<string, object> {
  return {
    'wasi:sockets/instance-network': { instanceNetwork: () => new Inert() },
    'wasi:sockets/ip-name-lookup': {
      ...inert('ResolveAddressStream'),
      resolveAddresses: refuse,
    },
    'wasi:sockets/network': { Network: Inert },
    'wasi:sockets/tcp': inert('TcpSocket'),
    'wasi:sockets/tcp-create-socket': { createTcpSocket: refuse },
    'wasi:sockets/udp': inert('IncomingDatagramStream', 'OutgoingDatagramStream', 'UdpSocket'),
    'wasi:sockets/udp-create-socket': { createUdpSocket: refuse },
  };
}
