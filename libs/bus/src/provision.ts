import { isDeepStrictEqual } from 'node:util';
import {
  canaryConsumer,
  consumers,
  invocationsConsumer,
  runnerConsumer,
  streams,
  testsConsumer,
  type ConsumerDefinition,
  type StreamDefinition,
} from '@made-open/contracts';
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';

/** The priority group of pinned consumers. */
export const pinnedGroup = 'one';

export interface StreamOptions {
  /** Servers that keep a copy of each message; 1 unless given. Consumers have as many as their stream. */
  readonly replicas?: number;
}

const ackWaitMs = 30_000;
/** After this long without a request of the pinned client another one takes over. */
export const pinnedTimeoutMs = 2000;
const maxAckPending = 64;
const streamNotFound = 10_059; // JSStreamNotFoundErr of nats-server's errors.json
const noRoom = 10_047; // JSStorageResourcesExceededErr
const noPeers = 10_005; // JSClusterNoPeersErrF
// JSClusterIncompleteErr, JSClusterNotAvailErr, JSClusterNotLeaderErr, JSInsufficientResourcesErr
const forming = new Set([10_004, noPeers, 10_008, 10_009, 10_023]);
const leastBytes = 1_073_741_824;
const consumerExists = 10_148; // JSConsumerAlreadyExists

/** Makes every stream and durable consumer of the contracts, or brings it to its present form. Needs an administrator. */
export async function provision(nats: NatsConnection, options?: StreamOptions): Promise<void> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  await ensureStreams(manager, options);
  await ensureConsumers(manager);
}

/** Whether the servers of a cluster have not found each other yet, or have no leader for a moment. */
export function isForming(error: unknown): boolean {
  return error instanceof JetStreamApiError && forming.has(error.code) && !isFull(error);
}

/** A cluster says so in words alone: the code is that of servers that are not there. */
function isFull(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  return (
    error.code === noRoom || (error.code === noPeers && /insufficient storage/u.test(error.message))
  );
}

/** Makes every stream of the contracts, or brings it to its present form. */
export async function ensureStreams(
  manager: JetStreamManager,
  options: StreamOptions = {},
): Promise<void> {
  for (const stream of streams.filter(({ mayShrink }) => !mayShrink))
    await ensureStream(manager, streamConfig(stream, options));
  // The server sets `max_bytes` aside: these take what the others have left.
  for (const stream of streams.filter(({ mayShrink }) => mayShrink))
    await ensureWithRoom(manager, streamConfig(stream, options));
}

/** Makes every durable consumer of the contracts, or brings it to its present form. */
export async function ensureConsumers(manager: JetStreamManager): Promise<void> {
  for (const consumer of consumers()) await ensureConsumer(manager, consumer);
}

/** Makes the consumers of one plugin's runs, of runs that try out a version of it, of tests and of short calls; plugin-manager's only right of this kind. */
export async function ensureRunnerConsumer(nats: NatsConnection, pluginId: string): Promise<void> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  await ensureConsumer(manager, runnerConsumer(pluginId));
  await ensureConsumer(manager, canaryConsumer(pluginId));
  await ensureConsumer(manager, testsConsumer(pluginId));
  await ensureConsumer(manager, invocationsConsumer(pluginId));
}

/** Without a limit at last, as far as the server itself goes: a small disk must not keep the platform from starting. */
async function ensureWithRoom(
  manager: JetStreamManager,
  config: ReturnType<typeof streamConfig>,
): Promise<void> {
  for (let maxBytes = config.max_bytes; maxBytes >= leastBytes; maxBytes /= 2)
    try {
      await ensureStream(manager, { ...config, max_bytes: maxBytes });
      return;
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  await ensureStream(manager, { ...config, max_bytes: -1 });
}

async function ensureStream(
  manager: JetStreamManager,
  config: ReturnType<typeof streamConfig>,
): Promise<void> {
  try {
    const { config: present } = await manager.streams.info(config.name);
    // An update is refused for lack of room, even one that changes nothing.
    if (!isPart(config, present)) await manager.streams.update(config.name, config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error;
    await manager.streams.add(config);
  }
}

/** Servers of a cluster leave out what is false. */
function isPart(wanted: object, present: object): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    isDeepStrictEqual(Reflect.get(present, name) ?? false, value),
  );
}

function streamConfig(
  stream: StreamDefinition,
  { replicas = 1 }: StreamOptions,
): Partial<StreamConfig> & { name: string; max_bytes: number } {
  return {
    num_replicas: replicas,
    name: stream.name,
    subjects: [...stream.subjects],
    storage: stream.memory ? StorageType.Memory : StorageType.File,
    retention: stream.workQueue ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    discard: stream.discardNew ? DiscardPolicy.New : DiscardPolicy.Old,
    max_age: nanos(Number(stream.maxAgeSeconds) * 1000),
    max_bytes: orUnlimited(stream.maxBytes),
    max_msgs_per_subject: orUnlimited(stream.maxMessagesPerSubject),
    discard_new_per_subject: stream.discardNewPerSubject,
    duplicate_window: nanos(Number(stream.duplicateWindowSeconds) * 1000),
    allow_direct: true,
    ...(stream.partitions > 0 ? { subject_transform: partitionTransform(stream) } : {}),
  };
}

/** `items.<plugin>.<connection>` becomes `items.<partition>.<plugin>.<connection>`. */
function partitionTransform({ subjects, partitions }: StreamDefinition): {
  src: string;
  dest: string;
} {
  const root = subjects[0]?.split('.')[0] ?? '';
  return {
    src: `${root}.*.*`,
    dest: `${root}.{{partition(${String(partitions)},1,2)}}.{{wildcard(1)}}.{{wildcard(2)}}`,
  };
}

function orUnlimited(limit: bigint): number {
  return limit === 0n ? -1 : Number(limit);
}

async function ensureConsumer(
  manager: JetStreamManager,
  definition: ConsumerDefinition,
): Promise<void> {
  const config: Partial<ConsumerConfig> & { durable_name: string } = {
    name: definition.name,
    durable_name: definition.name,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(definition.ackWaitMs ?? ackWaitMs),
    max_ack_pending: definition.maxInHand ?? maxAckPending,
    max_deliver: -1,
    ...filter(definition.filterSubjects),
    ...(definition.pinned
      ? {
          priority_policy: 'pinned_client',
          priority_groups: [pinnedGroup],
          priority_timeout: nanos(pinnedTimeoutMs),
        }
      : {}),
  };
  try {
    await manager.consumers.add(definition.stream, config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== consumerExists) throw error;
    await manager.consumers.update(definition.stream, definition.name, config);
  }
}

/** One subject stands in the request's own subject, where rights can tell it; several cannot. */
function filter(subjects: readonly string[]): Partial<ConsumerConfig> {
  const [only, ...others] = subjects;
  return only !== undefined && others.length === 0
    ? { filter_subject: only }
    : { filter_subjects: [...subjects] };
}
