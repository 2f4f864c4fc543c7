import { freeze } from './primordials.ts';

/** Functions of the sandbox process, as isolated-vm hands them in. They neither throw nor reject; only JSON text goes through. */
export interface HostFunctions {
  readonly call: HostReference;
  readonly log: (level: string, text: string) => void;
  /** Calls `timer` of this guest with the id after a while; a negative time takes it back. */
  readonly timer: (id: number, ms: number) => void;
  readonly digest: (method: string, argsText: string) => string;
}

/** The answer to a call: JSON text, and beside it a body that the guest reads itself. */
export interface HostAnswer {
  readonly v: string;
  readonly b?: string;
}

/** An isolated-vm Reference to an async function. */
export interface HostReference {
  apply(receiver: undefined, args: readonly [string, string], options: object): Promise<HostAnswer>;
}

/** isolated-vm reads options through the prototype chain, where a plugin could leave some. */
export const callOptions = freeze({
  __proto__: null,
  arguments: freeze({ __proto__: null, copy: true }),
  result: freeze({ __proto__: null, promise: true, copy: true }),
});

export interface GuestLimits {
  readonly itemBytes: number;
  readonly logLinesPerSecond: number;
  readonly eventsPerRun: number;
}
