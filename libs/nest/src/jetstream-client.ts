import type { Bus } from '@made-open/bus';
import { calls, callOf, messages, routeOf, type CallMethod } from '@made-open/contracts';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';

/** Nest's client for code that wants `ClientProxy`: patterns are subjects of the contracts. Our own services call the Bus. */
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
    const method = calls.find((candidate) => callOf(candidate).subject === packet.pattern);
    if (method === undefined) {
      callback({ err: new TypeError(`no request has the subject ${String(packet.pattern)}`) });
      return () => undefined;
    }
    void this.#call(method, packet.data, callback);
    return () => undefined;
  }

  async #call(
    method: CallMethod,
    request: Record<string, unknown>,
    callback: (packet: WritePacket) => void,
  ): Promise<void> {
    try {
      callback({ response: await this.#bus.call(method, request), isDisposed: true });
    } catch (err) {
      callback({ err });
    }
  }

  protected async dispatchEvent<T>(packet: ReadPacket<Record<string, unknown>>): Promise<T> {
    const schema = messages.find((candidate) => routeOf(candidate).subject === packet.pattern);
    if (schema === undefined)
      throw new TypeError(`no event has the subject ${String(packet.pattern)}`);
    await this.#bus.publishEvents(schema, [{ message: packet.data }]);
    return undefined as T; // oxlint-disable-line typescript/no-unsafe-type-assertion -- Nest ignores the value
  }
}
