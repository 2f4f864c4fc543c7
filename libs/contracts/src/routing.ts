import { getOption, hasOption, type DescMessage, type DescMethod } from '@bufbuild/protobuf';
import { call, route, Stream, type Call, type Route } from './gen/madeopen/options/v1/route_pb.ts';
import { streamOf } from './streams.ts';

/** Values for the `{…}` parameters of a subject; a value may hold several tokens. */
export type SubjectParameters = Readonly<Record<string, string>>;

/** The route of a message. Throws when the message has none: it cannot travel alone. */
export function routeOf(schema: DescMessage): Route {
  if (!hasOption(schema, route)) throw new TypeError(`${schema.typeName} has no route option`);
  return getOption(schema, route);
}

/** The call option of an rpc. Throws when the rpc has none. */
export function callOf(method: DescMethod): Call {
  if (!hasOption(method, call))
    throw new TypeError(`${method.parent.typeName}.${method.name} has no call option`);
  return getOption(method, call);
}

/** The name of the stream that holds the requests of an rpc. */
export function callStream(method: DescMethod): string {
  const { stream } = callOf(method);
  return streamOf(stream === Stream.UNSPECIFIED ? Stream.REQUESTS : stream).name;
}

/** The subject a message is published to. Throws when a parameter is missing or is not made of NATS tokens. */
export function routeSubject(schema: DescMessage, parameters: SubjectParameters = {}): string {
  return fill(routeOf(schema).subject, parameters);
}

/** The subject a request is published to. */
export function callSubject(method: DescMethod, parameters: SubjectParameters = {}): string {
  return fill(callOf(method).subject, parameters);
}

/** The subject with wildcards for its parameters: `cmd.etl.GetCheckpoint.*`; `{subject}` at the end becomes `>`. */
export function subjectPattern(subject: string): string {
  return subject.replace(/\{subject\}$/u, '>').replaceAll(/\{[a-z]+\}/gu, '*');
}

function fill(subject: string, parameters: SubjectParameters): string {
  return subject.replaceAll(/\{([a-z]+)\}/gu, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined || !/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/u.test(value))
      throw new TypeError(
        `subject ${subject}: parameter ${name} is missing or not made of subject tokens`,
      );
    return value;
  });
}
