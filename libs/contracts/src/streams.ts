import { getOption } from '@bufbuild/protobuf';
import {
  Stream,
  StreamSchema,
  stream,
  type StreamSpec,
} from './gen/madeopen/options/v1/route_pb.ts';

/** A JetStream stream as the contracts define it; sizes in bytes, ages in seconds, 0 = no limit. */
export type StreamDefinition = Omit<StreamSpec, '$typeName' | '$unknown'>;

/** All streams. */
export const streams: readonly StreamDefinition[] = StreamSchema.values
  .filter((value) => value.number !== Stream.UNSPECIFIED)
  .map((value) => getOption(value, stream));

/** The stream of a route. */
export function streamOf(value: Stream): StreamDefinition {
  const descriptor = StreamSchema.value[value];
  if (descriptor === undefined || value === Stream.UNSPECIFIED)
    throw new TypeError(`no stream ${String(value)}`);
  return getOption(descriptor, stream);
}
