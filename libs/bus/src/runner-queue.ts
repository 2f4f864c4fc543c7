import {
  canaryConsumer,
  invocationsConsumer,
  pluginIdOf,
  runnerConsumer,
  testsConsumer,
  type ConsumerDefinition,
} from '@made-open/contracts';
import {
  JetStreamApiError,
  jetstreamManager,
  type ConsumerInfo,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureRunnerConsumer } from './provision.ts';

/** What there is to do for the runners of a plugin. */
export interface RunnerQueue {
  /** Commands that nobody has taken yet. */
  readonly waiting: number;
  /** Commands that a runner has taken and not finished. */
  readonly inHand: number;
  /** When the oldest that waits came; undefined when none waits. */
  readonly oldestAt: Date | undefined;
}

const consumerNotFound = 10_014; // JSConsumerNotFoundErr
/** `cmd.plugin_runner.<Verb>.<plugin>`, with more tokens behind it or none. */
const commands = 'cmd.plugin_runner.>';
const pluginToken = 3;

/**
 * What waits for a plugin's runners and what they have in hand, or for those that try out another version of it; its
 * consumers are made when they are not there.
 */
export async function runnerQueue(
  nats: NatsConnection,
  pluginId: string,
  lane: 'stable' | 'canary' = 'stable',
): Promise<RunnerQueue> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const definitions =
    lane === 'canary'
      ? [canaryConsumer(pluginId)]
      : [runnerConsumer(pluginId), testsConsumer(pluginId), invocationsConsumer(pluginId)];
  const look = () => Promise.all(definitions.map((definition) => queueOf(manager, definition)));
  const queues = await look().catch(async (error: unknown) => {
    if (!(error instanceof JetStreamApiError) || error.code !== consumerNotFound) throw error;
    await ensureRunnerConsumer(nats, pluginId);
    return look();
  });
  const times = queues.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    waiting: sum(queues.map(({ waiting }) => waiting)),
    inHand: sum(queues.map(({ inHand }) => inHand)),
    oldestAt: times.toSorted((a, b) => a.getTime() - b.getTime())[0],
  };
}

/** Plugins with commands that are not finished. */
export async function busyPlugins(nats: NatsConnection): Promise<Set<string>> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { stream } = runnerConsumer('');
  const { state } = await manager.streams.info(stream, { subjects_filter: commands });
  const subjects = Object.keys(state.subjects ?? {});
  return new Set(subjects.map((subject) => pluginIdOf(subject.split('.')[pluginToken] ?? '')));
}

async function queueOf(
  manager: JetStreamManager,
  { stream, name, filterSubjects }: ConsumerDefinition,
): Promise<RunnerQueue> {
  const info = await manager.consumers.info(stream, name);
  const { num_pending: waiting, num_ack_pending: inHand } = info;
  const [subject] = filterSubjects;
  if (waiting === 0 || subject === undefined) return { waiting, inHand, oldestAt: undefined };
  const oldest = await manager.direct.getMessage(stream, {
    seq: nextSequence(info),
    next_by_subj: subject,
  });
  return { waiting, inHand, oldestAt: oldest?.time };
}

function nextSequence({ delivered }: ConsumerInfo): number {
  return delivered.stream_seq + 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
