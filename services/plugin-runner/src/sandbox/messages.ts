/** Messages between the runner and a sandbox process: below 16 to the process, from 16 on from it. */
export const messageKinds = {
  /** `{runtime, bundle, limits}`: makes an isolate ready, without running the plugin. */
  prepare: 1,
  /** `work LF config`, the config as JSON: loads the plugin and begins its run. */
  start: 2,
  /** `{maxItems, maxSize}`. */
  pull: 3,
  /** `[u32 call][u32 length of text][text][body]`. */
  result: 4,
  ping: 5,
  /** The run is wanted no more: the plugin's signal is aborted. */
  abort: 6,
  /** The call has ended well: what is left of its isolate goes, and a fresh one is made ready for the same connection. */
  renew: 7,

  /** Text of a frame. */
  records: 16,
  /** `{cpuMs}`: the generator ended. */
  end: 17,
  /** `[u32 call]method LF arguments`. */
  call: 18,
  /** `{level, text}`. */
  log: 19,
  pong: 20,
  /** A SandboxFailure. */
  fail: 21,
  /** The isolate that was there is gone: what comes behind this is of a fresh one. */
  renewed: 22,
} as const;

/** What a sandbox does: `sync`, `test` or a short `invocation` with a context, or `remap` of stored raw without one. */
export type SandboxWork = 'sync' | 'test' | 'invocation' | 'remap';

export type MessageKind = (typeof messageKinds)[keyof typeof messageKinds];

const kiB = 1024;

/** The largest message of each kind that the runner takes; more is a sandbox that is no longer ours. */
export const maxSandboxMessageBytes: Readonly<Record<number, number>> = {
  [messageKinds.records]: 1024 * kiB,
  [messageKinds.end]: kiB,
  [messageKinds.call]: 4 * 1024 * kiB + kiB,
  [messageKinds.log]: 256 * kiB,
  [messageKinds.pong]: 0,
  [messageKinds.fail]: 256 * kiB,
  [messageKinds.renewed]: 0,
};

/** Above any honest answer: a response of 10 MiB, in base64. */
export const maxRunnerMessageBytes = 32 * 1024 * kiB;

/** Arguments of one call as JSON text, for example the body of a request. */
export const maxArgumentBytes = 4 * 1024 * kiB;
