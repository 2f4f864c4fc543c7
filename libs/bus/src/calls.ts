import { callSubject, type CallMethod } from '@made-open/contracts';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { busHeaders } from './bus-headers.ts';
import type { CallOptions } from './bus-options.ts';
import { BusPermissionError, CallTimeoutError, RemoteError } from './errors.ts';
import type { Inboxes } from './inbox.ts';
import type { Link } from './link.ts';
import type { Outgoing } from './publishing/outgoing.ts';
import { readMessage, writeMessage } from './wire.ts';

const defaultTimeoutMs = 5000;

export interface CallParts {
  /** Who asks. */
  readonly name: string;
  readonly connection: NatsConnection;
  readonly link: Link;
  readonly inboxes: Inboxes;
  readonly outgoing: Outgoing;
}

/** Requests under way, and how each of them ends. */
export class Calls {
  readonly #parts: CallParts;
  /** By subject: they hear when the server refuses their request. */
  readonly #refusals = new Map<string, Set<(error: Error) => void>>();
  /** Requests that were sent and are not answered. */
  readonly #sent = new Set<Promise<unknown>>();

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  async call<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O>> {
    const { connection, link, inboxes, outgoing } = this.#parts;
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const subject = callSubject(method, options.parameters);
    const payload = outgoing.payload(subject, writeMessage(method.input, request));
    options.signal?.throwIfAborted();
    const inbox = inboxes.open((message) => message);
    const headers = outgoing.headers({ [busHeaders.replyTo]: inbox.subject });
    const deadline = performance.now() + timeoutMs;
    const failure = this.#failureOf(subject, options.signal);
    try {
      // The acknowledgement of the stream is not awaited: the answer says more, and no answer ends in a timeout.
      if (!(await link.whenUp(timeoutMs))) throw new CallTimeoutError(subject, timeoutMs);
      const leftMs = Math.max(Math.round(deadline - performance.now()), 1);
      headers.set(busHeaders.timeout, String(leftMs));
      connection.publish(subject, payload, { headers });
      const answer = await this.#track(Promise.race([inbox.next(leftMs), failure.promise]));
      if (answer === undefined) throw new CallTimeoutError(subject, timeoutMs);
      throwRemoteError(answer);
      return readMessage(method.output, answer.data);
    } finally {
      inbox.close();
      failure.release();
    }
  }

  /** Resolves when every request that was sent is answered or given up, at the latest after `timeoutMs`. */
  async whenAnswered(timeoutMs: number): Promise<void> {
    const late = new AbortController();
    const answered = Promise.allSettled(this.#sent);
    await Promise.race([
      answered,
      delay(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
  }

  async #track<T>(answer: Promise<T>): Promise<T> {
    this.#sent.add(answer);
    try {
      return await answer;
    } finally {
      this.#sent.delete(answer);
    }
  }

  /** The server refused to take messages of this subject. */
  refuse(subject: string, cause: Error): void {
    const refused = new BusPermissionError(this.#parts.name, subject, { cause });
    for (const reject of this.#refusals.get(subject) ?? []) reject(refused);
  }

  #failureOf(subject: string, signal: AbortSignal | undefined) {
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = () =>
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    const refusals = this.#refusals.get(subject) ?? new Set();
    this.#refusals.set(subject, refusals.add(reject));
    signal?.addEventListener('abort', abort, { once: true });
    const release = () => {
      signal?.removeEventListener('abort', abort);
      refusals.delete(reject);
      if (refusals.size === 0 && this.#refusals.get(subject) === refusals)
        this.#refusals.delete(subject);
    };
    return { promise, release };
  }
}

function throwRemoteError(answer: Msg): void {
  const code = answer.headers?.get(busHeaders.errorCode) ?? '';
  if (code === '') return;
  const retry = answer.headers?.get(busHeaders.errorRetry) === 'never' ? 'never' : 'later';
  throw new RemoteError(code, answer.string(), retry);
}
