import { calls, messages } from './catalogue.ts';
import { RunCanarySchema } from './gen/madeopen/runs/v1/run_sync_pb.ts';
import { InvokeSchema } from './gen/madeopen/runs/v1/invoke_pb.ts';
import { TestConnectionSchema } from './gen/madeopen/runs/v1/test_connection_pb.ts';
import { pluginToken } from './plugin-token.ts';
import { callOf, callStream, routeOf, subjectPattern } from './routing.ts';
import { serviceNames, type ServiceName } from './service-names.ts';
import { streamOf, type StreamDefinition } from './streams.ts';

/** A durable pull consumer as the contracts define it. */
export interface ConsumerDefinition {
  readonly stream: string;
  /** `<service>-<purpose>`, with `-<partition>` behind it for a partitioned stream. */
  readonly name: string;
  readonly service: ServiceName;
  readonly filterSubjects: readonly string[];
  /** One client at a time gets messages, in order. */
  readonly pinned: boolean;
  /** Messages that its clients have in hand at most, together; 64 unless given. */
  readonly maxInHand?: number;
  /** How long a message is in hand before it is given to another client; 30 s unless given. */
  readonly ackWaitMs?: number;
}

/** As many runners as a plugin may ever have, each with as many runs as it takes. */
const maxRunsInHand = 3200;
/** Short where all others wait for the one in hand. */
const oneAckWaitMs = 5000;

/** Every consumer that the init step makes: of events, of partitions, of requests. */
export function consumers(): readonly ConsumerDefinition[] {
  return [...eventConsumers(), ...requestConsumers()];
}

/** The consumer of one plugin's runs; made and removed by plugin-manager. */
export function runnerConsumer(pluginId: string): ConsumerDefinition {
  const token = pluginToken(pluginId);
  return {
    stream: 'RUNS',
    name: `plugin-runner-${token}`,
    service: 'plugin-runner',
    filterSubjects: [`cmd.plugin_runner.*.${token}`],
    pinned: false,
    maxInHand: maxRunsInHand,
  };
}

/** The consumer of the runs that try out a version of one plugin, whichever version that is. */
export function canaryConsumer(pluginId: string): ConsumerDefinition {
  const token = pluginToken(pluginId);
  return {
    stream: 'RUNS',
    name: `plugin-canary-${token}`,
    service: 'plugin-runner',
    filterSubjects: [subjectPattern(routeOf(RunCanarySchema).subject.replace('{plugin}', token))],
    pinned: false,
  };
}

/** The consumer of tests of one plugin's connections: apart from the runs, so that none waits behind syncs. */
export function testsConsumer(pluginId: string): ConsumerDefinition {
  const token = pluginToken(pluginId);
  return {
    stream: 'RUNS',
    name: `plugin-tests-${token}`,
    service: 'plugin-runner',
    filterSubjects: [
      subjectPattern(routeOf(TestConnectionSchema).subject.replace('{plugin}', token)),
    ],
    pinned: false,
  };
}

/** The consumer of short calls of one plugin's code: what webhooks bring, what is to be sent, conditions. */
export function invocationsConsumer(pluginId: string): ConsumerDefinition {
  const token = pluginToken(pluginId);
  return {
    stream: 'RUNS',
    name: `plugin-invocations-${token}`,
    service: 'plugin-runner',
    filterSubjects: [subjectPattern(routeOf(InvokeSchema).subject.replace('{plugin}', token))],
    pinned: false,
    maxInHand: maxRunsInHand,
  };
}

function eventConsumers(): ConsumerDefinition[] {
  const subjects = new Map<string, { spec: StreamDefinition; filters: string[] }>();
  for (const message of messages) {
    const route = routeOf(message);
    const spec = streamOf(route.stream);
    for (const consumer of route.consumers) {
      const entry = subjects.get(consumer) ?? { spec, filters: [] };
      entry.filters.push(subjectPattern(route.subject));
      subjects.set(consumer, entry);
    }
  }
  return [...subjects].flatMap(([name, { spec, filters }]): ConsumerDefinition[] => {
    const { partitions, oneAtATime } = spec;
    const order = oneAtATime ? { maxInHand: 1, ackWaitMs: oneAckWaitMs } : {};
    const base = { stream: spec.name, service: serviceOf(name), ...order };
    if (partitions === 0) return [{ ...base, name, filterSubjects: filters, pinned: false }];
    return Array.from({ length: partitions }, (_, partition) => ({
      ...base,
      name: `${name}-${partition}`,
      filterSubjects: filters.map((filter) => partitioned(filter, partition)),
      pinned: true,
    }));
  });
}

function requestConsumers(): ConsumerDefinition[] {
  const found = new Map<string, ConsumerDefinition>();
  for (const method of calls) {
    const { answerer, subject } = callOf(method);
    const stream = callStream(method);
    const name = `${answerer}-${stream.toLowerCase()}`;
    const [root = ''] = subject.split('.');
    const filterSubjects = [`${root}.${answerer.replaceAll('-', '_')}.>`];
    found.set(name, { stream, name, service: serviceOf(answerer), filterSubjects, pinned: false });
  }
  return [...found.values()];
}

/** The stream puts the partition behind the first token: `items.3.<plugin>.<connection>`. */
function partitioned(filter: string, partition: number): string {
  const [root, ...rest] = filter.split('.');
  return [root, partition, ...rest].join('.');
}

function serviceOf(consumer: string): ServiceName {
  const service = serviceNames.find((name) => consumer === name || consumer.startsWith(`${name}-`));
  if (service === undefined) throw new TypeError(`consumer ${consumer} belongs to no service`);
  return service;
}
