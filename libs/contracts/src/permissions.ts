import { calls, messages } from './catalogue.ts';
import { consumers, type ConsumerDefinition } from './consumers.ts';
import { callOf, routeOf, subjectPattern } from './routing.ts';
import { bootstrapUser, type ServiceName } from './service-names.ts';
import { streams, type StreamDefinition } from './streams.ts';

/** What a NATS user may publish and subscribe; everything else is refused by the server. */
export interface SubjectPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Rights of a service's NATS user, read from the contracts. */
export function servicePermissions(service: ServiceName): SubjectPermissions {
  const answers = calls.some((method) => callOf(method).answerer === service);
  return {
    publish: [
      ...ownSubjects(service, (subject) => subjectPattern(subject)),
      ...consumers()
        .filter((consumer) => consumer.service === service)
        .flatMap(consumerSubjects),
      ...(answers || service === 'etl' ? ['_INBOX.*.>'] : []),
      ...(service === 'plugin-manager' ? managerSubjects : []),
      ...streams.filter(({ readers }) => readers.includes(service)).flatMap(readerSubjects),
      ...streams.filter(({ keepers }) => keepers.includes(service)).flatMap(keeperSubjects),
      `dead.${service}.>`,
    ],
    subscribe: [`_INBOX.${service}.>`],
  };
}

/** Rights of every runner, with `{{name()}}` where its plugin's token stands: the template of the scoped signing key. */
export function runnerPermissions(): SubjectPermissions {
  const name = '{{name()}}';
  const queues = ['runner', 'canary', 'tests', 'invocations'].map(
    (queue) => `plugin-${queue}-${name}`,
  );
  return {
    publish: [
      ...ownSubjects('plugin-runner', (subject) =>
        subjectPattern(subject.replace('{plugin}', name)),
      ),
      ...queues.flatMap((queue) => consumerSubjects({ stream: 'RUNS', name: queue })),
      ...queues.map((queue) => `dead.plugin-runner.${queue}`),
    ],
    // Behind a token of their own: a plugin whose id is a service's name must not reach that service's inbox.
    subscribe: [`_INBOX.plugin-runner.${name}.>`],
  };
}

/** Rights of the user that every pod of a runner begins with: to say who it is, and to hear the sealed answer. */
export function bootstrapPermissions(): SubjectPermissions {
  return {
    publish: ownSubjects(bootstrapUser, (subject) => subject),
    subscribe: [`_INBOX.${bootstrapUser}.>`],
  };
}

/** plugin-manager makes the consumers of runners, reads their backlog, and nothing else of the JetStream API. */
const managerSubjects = [
  '$JS.API.CONSUMER.CREATE.RUNS.>',
  '$JS.API.CONSUMER.DELETE.RUNS.>',
  '$JS.API.CONSUMER.INFO.RUNS.>',
  '$JS.API.STREAM.INFO.RUNS',
  '$JS.API.DIRECT.GET.RUNS',
];

function ownSubjects(
  service: ServiceName | typeof bootstrapUser,
  pattern: (subject: string) => string,
): string[] {
  const published = messages.map(routeOf).filter((route) => route.publishers.includes(service));
  const called = calls.map(callOf).filter((call) => call.callers.includes(service));
  return [...published, ...called].map(({ subject }) => pattern(subject));
}

/** Enough to read any message of a stream by its position, and nothing that changes the stream. */
function readerSubjects({ name }: StreamDefinition): string[] {
  return [`$JS.API.STREAM.INFO.${name}`, `$JS.API.DIRECT.GET.${name}`];
}

/** Enough to read and remove what its subjects hold; the stream itself stays as it is. */
function keeperSubjects({ name, subjects }: StreamDefinition): string[] {
  return [
    ...subjects.map((subject) => `$JS.API.DIRECT.GET.${name}.${subject}`),
    `$JS.API.STREAM.PURGE.${name}`,
  ];
}

function consumerSubjects({ stream, name }: Pick<ConsumerDefinition, 'stream' | 'name'>): string[] {
  return [
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
    `$JS.API.CONSUMER.INFO.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
  ];
}
