import type { Bus } from '@made-open/bus';
import {
  calls,
  callOf,
  messages,
  routeOf,
  type CallMethod,
  type SubjectParameters,
} from '@made-open/contracts';
import type { DescMessage } from '@bufbuild/protobuf';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';

/** Subject of the contracts, as text or with values for its `{…}` parameters. */
export type JetStreamPattern =
  string | { readonly subject: string; readonly parameters: SubjectParameters };

/**
 * Nest's client for code that wants `ClientProxy`: `send` asks, `emit` publishes an event, or a command where the
 * subject is one. Our own services call the Bus, which knows the types.
 */
export class JetStreamClient extends ClientProxy {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  connect(): Promise<unknown> {
    return Promise.resolve(this.#bus);
  }

  close(): void {
    // The bus belongs to the service.
  }

  override unwrap(): never {
    throw new TypeError('take the Bus instead');
  }

  protected publish(
    packet: ReadPacket<Record<string, unknown>>,
    callback: (packet: WritePacket) => void,
  ): () => void {
    const abandoned = new AbortController();
    void this.#answer(packet, abandoned.signal, callback);
    return () => abandoned.abort(new Error('nobody waits for the answer'));
  }

  async #answer(
    packet: ReadPacket<Record<string, unknown>>,
    signal: AbortSignal,
    callback: (packet: WritePacket) => void,
  ): Promise<void> {
    try {
      callback({ response: await this.#call(packet, signal), isDisposed: true });
    } catch (err) {
      callback({ err });
    }
  }

  async #call(
    { pattern, data }: ReadPacket<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { subject, parameters } = readPattern(pattern);
    const method: CallMethod | undefined = calls.find(
      (candidate) => callOf(candidate).subject === subject,
    );
    if (method === undefined) throw new TypeError(`no request has the subject ${subject}`);
    return this.#bus.call(method, data, { parameters, signal });
  }

  protected async dispatchEvent<T>(packet: ReadPacket<Record<string, unknown>>): Promise<T> {
    const { subject, parameters } = readPattern(packet.pattern);
    const schema: DescMessage | undefined = messages.find(
      (candidate) => routeOf(candidate).subject === subject,
    );
    if (schema === undefined) throw new TypeError(`no event has the subject ${subject}`);
    await (subject.startsWith('cmd.')
      ? this.#bus.publish(schema, packet.data, { parameters })
      : this.#bus.publishEvents(schema, [{ message: packet.data }], { parameters }));
    return undefined as T; // oxlint-disable-line typescript/no-unsafe-type-assertion -- Nest ignores the value
  }
}

function readPattern(pattern: unknown): { subject: string; parameters: SubjectParameters } {
  if (typeof pattern === 'string') return { subject: pattern, parameters: {} };
  if (isPattern(pattern)) return pattern;
  throw new TypeError('a pattern is a subject, or {subject, parameters}');
}

function isPattern(value: unknown): value is { subject: string; parameters: SubjectParameters } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'subject' in value &&
    typeof value.subject === 'string' &&
    'parameters' in value &&
    typeof value.parameters === 'object'
  );
}
