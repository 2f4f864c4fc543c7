import { pluginIn, TwilioServer } from '@made-open/sample';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuBetween } from '../measure/cpu-times.ts';
import { BusTap } from './bus-tap.ts';
import { ChannelPlatform } from './channel-platform.ts';
import type { ChannelResult, Timeline } from './channel-result.ts';
import { benchOperator, replyRule } from './reply-rule.ts';

export interface ChannelOptions {
  /** Answered one after the other. */
  readonly replies: number;
  /** Taken in as fast as it goes. */
  readonly messages: number;
}

const ours = '+15550100';
const conversations = 24;
const warmUps = 10;
const everyMs = 2;
/** A rule that has just been made may not know the operator yet. */
const answerWithinMs = 15_000;

/** An account of Twilio on this machine: how fast its messages are taken, and how soon a rule answers one. */
export async function benchChannels(
  { replies, messages }: ChannelOptions,
  note: (text: string) => void,
): Promise<ChannelResult> {
  const before = loadNow();
  const twilio = await TwilioServer.start({ numbers: { [ours]: {} } });
  try {
    note('starting the platform');
    const platform = await ChannelPlatform.start(twilio);
    const tap = new BusTap(platform.nats);
    try {
      await openAccount(platform, twilio);
      note(`${String(messages)} messages of ${String(conversations)} conversations`);
      const inbound = await takeIn(platform, { twilio, tap }, messages);
      await platform.client.install(benchOperator.manifest, benchOperator.sources);
      await platform.client.connect(benchOperator.id, {});
      await platform.client.addRule(replyRule);
      note(`${String(replies)} messages that a rule answers`);
      const timelines = await answerEach({ twilio, tap }, replies);
      const cores = availableParallelism();
      return { replies: timelines, inbound, cores, load: [before, loadNow()] };
    } finally {
      tap.close();
      await platform.stop();
    }
  } finally {
    await twilio.stop();
  }
}

interface Parts {
  readonly twilio: TwilioServer;
  readonly tap: BusTap;
}

/** Until a first message is answered well. */
async function openAccount({ client }: ChannelPlatform, twilio: TwilioServer): Promise<void> {
  const { manifest, sources } = pluginIn('channels/twilio');
  await client.install(manifest, sources);
  const { sid: accountSid, authToken } = twilio.account;
  const id = await client.connect('io.twilio.channel', { accountSid, authToken });
  twilio.account.numbers.set(ours, { smsUrl: client.webhookUrl(id) });
  while ((await twilio.receive({ from: '+15550999', to: ours })).status !== 200)
    await delay(everyMs);
}

async function takeIn(
  platform: ChannelPlatform,
  { twilio, tap }: Parts,
  messages: number,
): Promise<ChannelResult['inbound']> {
  await tap.untilReceived(1);
  await send(twilio, warmUps * conversations);
  await tap.untilReceived(1 + warmUps * conversations);
  const before = platform.cpu();
  const started = performance.now();
  await send(twilio, messages);
  await tap.untilReceived(1 + warmUps * conversations + messages);
  const wallMs = performance.now() - started;
  return { messages, conversations, wallMs, cpuMs: cpuBetween(before, platform.cpu()) };
}

/** Each conversation one after the other; what is refused because it is too much comes again. */
async function send(twilio: TwilioServer, messages: number): Promise<void> {
  let left = messages;
  const converse = async (_: unknown, lane: number): Promise<void> => {
    while (left-- > 0) {
      const text = { from: `+1555020${String(lane).padStart(2, '0')}`, to: ours, body: 'Hello' };
      while ((await twilio.receive(text)).status !== 200) await delay(50);
    }
  };
  await Promise.all(Array.from({ length: conversations }, converse));
}

async function answerEach({ twilio, tap }: Parts, replies: number): Promise<Timeline[]> {
  const timelines: Timeline[] = [];
  for (let n = -warmUps; n < replies; n++) {
    const from = `+15550${String(1000 + warmUps + n)}`;
    const timeline = await answerOne({ twilio, tap }, from);
    if (n >= 0 && timeline === undefined) throw new Error('the rule has not answered');
    if (n >= 0 && timeline !== undefined) timelines.push(timeline);
    // What still goes on behind the reply is not the next one's.
    await delay(250);
  }
  return timelines;
}

async function answerOne({ twilio, tap }: Parts, from: string): Promise<Timeline | undefined> {
  tap.clear();
  const started = performance.now();
  const { status } = await twilio.receive({ from, to: ours, body: 'Where is it?' });
  if (status !== 200) throw new Error(`the webhook answered ${String(status)}`);
  while (!hasAnswered(twilio, from)) {
    if (performance.now() - started > answerWithinMs) return undefined;
    await delay(everyMs);
  }
  return tap.timeline(started, performance.now());
}

function loadNow(): number {
  return loadavg()[0] ?? 0;
}

function hasAnswered({ account }: TwilioServer, who: string): boolean {
  return [...account.messages.values()].some(
    ({ direction, to }) => direction !== 'inbound' && to === who,
  );
}
