import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { calls, messages } from './catalogue.ts';
import type { Route } from './gen/madeopen/options/v1/route_pb.ts';
import { callOf, routeOf } from './routing.ts';
import { streamOf, streams, type StreamDefinition } from './streams.ts';

/** The first comment line of each message and rpc, by full name, as `buf build` reports it. */
export type Comments = ReadonlyMap<string, string>;

const listening = [
  'No client connects to NATS: the streams are between services. What there is for whom:',
  '',
  '- **API clients** get the events of DATA, COMMUNICATION, CONNECTOR and RULES at `GET /v1/stream` of the gateway, as server-sent events, one for each',
  '  entity, within the space of their key, for the scope `events:read` (COMMUNICATION: `messages:read`, too). The event name is the subject, the data the CloudEvents JSON of one event with',
  '  the fields below. The last `id` a client saw, sent as `Last-Event-ID`, goes on from there, as far back as DATA is kept:',
  '  [the API](../../../services/channel-gateway/docs/api.md#events).',
  '- **Services of the platform** name a durable consumer on the message in `proto/`.',
  '',
  '```sh',
  'curl -N -H "Authorization: Bearer $KEY" http://127.0.0.1:4101/v1/stream',
  '```',
];

/** The page that lists every subject, message, publisher and consumer, in Markdown. */
export function eventCatalogue(comments: Comments): string {
  return [
    '# Event catalogue',
    '',
    'Generated from `proto/` by `npm run generate`; do not edit. Field names are those on the wire.',
    'Events travel as CloudEvents JSON batches whose `data` is the message; commands as one JSON object; `items.*` in binary.',
    '',
    '## How to listen',
    '',
    ...listening,
    '',
    '## Streams',
    '',
    '| stream | subjects | storage | kept | limits |',
    '|---|---|---|---|---|',
    ...streams.map(streamRow),
    '',
    '## Events and commands',
    '',
    ...messages.flatMap((message) => messageSection(message, comments)),
    '## Requests',
    '',
    '| subject | asked by | answered by | request fields | response fields |',
    '|---|---|---|---|---|',
    ...calls.map((method) => {
      const { subject, callers, answerer } = callOf(method);
      return `| \`${subject}\` | ${callers.join(', ')} | ${answerer} | ${fieldNames(method.input)} | ${fieldNames(method.output)} |`;
    }),
    '',
  ].join('\n');
}

function streamRow(stream: StreamDefinition): string {
  const limits = [
    stream.maxBytes > 0n ? `${String(stream.maxBytes / 1048576n)} MiB` : '',
    stream.maxMessagesPerSubject > 0n
      ? `${String(stream.maxMessagesPerSubject)} messages per subject`
      : '',
    stream.discardNew ? 'refuses new messages when full' : '',
  ].filter((limit) => limit !== '');
  const age = stream.maxAgeSeconds;
  const kept = stream.workQueue
    ? 'until handled'
    : age === 0n
      ? 'no age limit'
      : `${String(age / 86400n)} days`;
  const subjects = stream.subjects.map((subject) => `\`${subject}\``).join(', ');
  return `| ${stream.name} | ${subjects} | ${stream.memory ? 'memory' : 'file'} | ${kept} | ${limits.join(', ')} |`;
}

function messageSection(message: DescMessage, comments: Comments): string[] {
  const route = routeOf(message);
  return [
    `### \`${route.subject}\``,
    '',
    `${comments.get(message.typeName) ?? message.name} Message \`${message.typeName}\`, stream ${streamOf(route.stream).name}.`,
    `Published by ${route.publishers.join(', ')}; consumers: ${route.consumers.join(', ') || 'none of the platform'}${forClients(route)}.`,
    '',
    '| field | type |',
    '|---|---|',
    ...message.fields.map((field) => `| \`${field.name}\` | ${typeName(field)} |`),
    '',
  ];
}

function forClients({ stream }: Route): string {
  return streamOf(stream).readers.includes('channel-gateway') ? '; clients: `/v1/stream`' : '';
}

function fieldNames(message: DescMessage): string {
  return message.fields.map((field) => `\`${field.name}\``).join(', ') || '–';
}

function typeName(field: DescField): string {
  return field.fieldKind === 'list' ? `list of ${elementName(field)}` : elementName(field);
}

function elementName(field: DescField): string {
  if (field.message !== undefined) return field.message.name;
  if (field.enum !== undefined) return field.enum.values.map((value) => value.name).join(' · ');
  return field.scalar === undefined ? 'map' : scalarName(field.scalar);
}

function scalarName(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}
