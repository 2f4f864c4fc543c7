import {
  create,
  fromJson,
  toJson,
  type DescMessage,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { WireFormatError } from './errors.ts';

/** One event of a batch. */
export interface EventOf<D extends DescMessage> {
  readonly id: string;
  readonly time: Date;
  /** `/<service>` that it comes from. */
  readonly source: string;
  readonly message: MessageShape<D>;
}

/** An event to publish; id and time are made when absent. */
export interface EventInit<D extends DescMessage> {
  readonly id?: string;
  readonly time?: Date;
  /** The CloudEvents subject, for example an entity's id. */
  readonly subject?: string;
  readonly message: MessageInitShape<D>;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A message as proto JSON with snake_case names, zero values left out. */
export function writeMessage<D extends DescMessage>(
  schema: D,
  message: MessageInitShape<D>,
): string {
  return JSON.stringify(toJson(schema, create(schema, message), { useProtoFieldName: true }));
}

/** Reads proto JSON; unknown fields are ignored, since a newer version may have written them. */
export function readMessage<D extends DescMessage>(schema: D, data: Uint8Array): MessageShape<D> {
  try {
    return readValue(schema, JSON.parse(decoder.decode(data)));
  } catch (error) {
    throw new WireFormatError(schema.typeName, error);
  }
}

/** A CloudEvents 1.0 JSON batch (application/cloudevents-batch+json) of one message type. */
export function writeEvents<D extends DescMessage>(
  schema: D,
  attributes: { readonly type: string; readonly source: string },
  events: readonly EventInit<D>[],
): string {
  const source = `/${attributes.source.replace(/^\//u, '')}`;
  return JSON.stringify(
    events.map(({ id, time, subject, message }) => ({
      specversion: '1.0',
      id: id ?? randomUUID(),
      source,
      type: attributes.type,
      ...(subject === undefined ? {} : { subject }),
      time: (time ?? new Date()).toISOString(),
      datacontenttype: 'application/json',
      data: toJson(schema, create(schema, message), { useProtoFieldName: true }),
    })),
  );
}

/** Reads a CloudEvents JSON batch of one message type. */
export function readEvents<D extends DescMessage>(schema: D, data: Uint8Array): EventOf<D>[] {
  try {
    const batch: unknown = JSON.parse(decoder.decode(data));
    if (!Array.isArray(batch)) throw new TypeError('a CloudEvents batch is a JSON array');
    return batch.map((event: unknown) => readEvent(schema, event));
  } catch (error) {
    throw new WireFormatError(schema.typeName, error);
  }
}

const noAttributes = { id: undefined, time: undefined, source: undefined, data: undefined };

function readEvent<D extends DescMessage>(schema: D, event: unknown): EventOf<D> {
  if (typeof event !== 'object' || event === null) throw new TypeError('an event is an object');
  const { id, time, source, data } = { ...noAttributes, ...event };
  if (typeof id !== 'string' || id === '') throw new TypeError('an event has an id');
  return {
    id,
    time: new Date(typeof time === 'string' ? time : 0),
    source: typeof source === 'string' ? source : '',
    message: readValue(schema, data),
  };
}

function readValue<D extends DescMessage>(schema: D, value: unknown): MessageShape<D> {
  // fromJson checks the value itself; its parameter type only says that it came from JSON.parse.
  return fromJson(schema, value as JsonValue, { ignoreUnknownFields: true }); // oxlint-disable-line typescript/no-unsafe-type-assertion -- checked by fromJson
}
