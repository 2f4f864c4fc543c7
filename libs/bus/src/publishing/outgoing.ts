import { headers as natsHeaders, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { BusOptions } from '../bus-options.ts';
import { MessageTooLargeError } from '../errors.ts';

const encoder = new TextEncoder();
/** The server counts headers as payload. */
const headerRoomBytes = 4096;

/** What every message that leaves is made of: headers with the trace, and a payload that the server takes. */
export class Outgoing {
  readonly #connection: NatsConnection;
  readonly #propagation: BusOptions['propagation'];

  constructor(connection: NatsConnection, propagation: BusOptions['propagation']) {
    this.#connection = connection;
    this.#propagation = propagation;
  }

  headers(values: Readonly<Record<string, string>> = {}): MsgHdrs {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(values)) headers.set(name, value);
    this.#propagation?.inject((name, value) => headers.set(name, value));
    return headers;
  }

  /** Throws MessageTooLargeError when the server would not take it. */
  payload(subject: string, payload: Uint8Array | string): Uint8Array {
    const data = typeof payload === 'string' ? encoder.encode(payload) : payload;
    const limitBytes = this.#connection.info?.max_payload;
    if (limitBytes !== undefined && data.byteLength > limitBytes - headerRoomBytes)
      throw new MessageTooLargeError(subject, data.byteLength, limitBytes - headerRoomBytes);
    return data;
  }
}
