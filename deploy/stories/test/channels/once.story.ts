import { eventually } from '@made-open/testing';
import { randomBytes } from 'node:crypto';
import { connect, install } from '../platform/steps.ts';
import { StoredRows } from '../platform/stored-rows.ts';
import { startStory, type Story } from '../platform/story.ts';
import { notingChannel } from './once/noting-channel.ts';
import { RestlessProvider } from './once/restless-provider.ts';

/** The founding number is 10,000; fewer for every day. */
const count = Number(process.env['DELIVERIES'] ?? 400);
const conversations = 24;
const patient = { timeoutMs: 180_000 };
/** A busy machine handles some ten a second. */
const untilHandledMs = 600_000 + count * 300;
/** Every process that has a part in it. */
const victims = [
  'plugin-runner',
  'channel-gateway',
  'etl',
  'credential-wallet',
  'nats',
  'connector-scheduler',
  'rules',
  'postgres',
  'plugin-manager',
];

describe('deliveries of webhooks, a third of them repeated, while every process is killed once', () => {
  const secret = randomBytes(32).toString('base64');
  let story: Story;
  let provider: RestlessProvider;
  let since = 0;

  beforeAll(async () => {
    story = await startStory({});
    const plugin = await install(story.admin, notingChannel());
    const connection = await connect(story.admin, plugin, { secret });
    const url = `${story.gatewayUrl.replace(/\/v1$/u, '')}/webhooks/${connection}`;
    provider = new RestlessProvider({ url, secret, count, conversations });
    since = await story.lastSequence('COMMUNICATION');
  });
  afterAll(() => story?.stop());

  /** Whenever as many more deliveries have gone out, the next one dies. */
  async function killEach(): Promise<void> {
    for (const [index, victim] of victims.entries()) {
      const at = (count * (index + 1)) / (victims.length + 2);
      await eventually(() => expect(provider.delivered.length).toBeGreaterThan(at), {
        timeoutMs: 600_000,
      });
      const before = story.pid(victim);
      story.kill(victim);
      await eventually(() => {
        expect(story.pid(victim)).not.toBe(before);
        expect(story.pid(victim)).toBeGreaterThan(0);
      }, patient);
      await provider.sendAgain();
    }
  }

  async function standings(): Promise<Record<string, number>> {
    const rows = await StoredRows.of(story);
    try {
      return await rows.countBy('channel_gateway', 'delivery', 'state');
    } finally {
      await rows.close();
    }
  }

  it('are all answered well in the end, however often they have to be sent', async () => {
    await Promise.all([provider.sendAll(), killEach()]);
    expect(provider.delivered).toHaveLength(count);
    expect(provider.requests).toBeGreaterThanOrEqual(count * 1.3);
  }, 3_600_000);

  it(
    'wait for nothing',
    async () => {
      await eventually(async () => expect(Object.keys(await standings())).toEqual(['handled']), {
        timeoutMs: untilHandledMs,
      });
    },
    untilHandledMs + 60_000,
  );

  it('are each handled once, in the order of their conversation', async () => {
    const events = (await story.events('COMMUNICATION', since)).filter(
      ({ type }) => type === 'communication.MessageReceived',
    );
    const handled = events.map(({ data }) => String(data['body']));
    expect(new Set(handled).size).toBe(handled.length);
    const answered = provider.delivered.filter(({ isAnswered }) => isAnswered);
    const wanted = new Set(answered.map(({ id }) => id));
    const known = new Set(provider.delivered.map(({ id }) => id));
    const once = new Set(handled);
    expect([...wanted].filter((id) => !once.has(id))).toEqual([]);
    expect(handled.filter((id) => !known.has(id))).toEqual([]);
    for (let lane = 0; lane < conversations; lane++) {
      const numbers = handled
        .filter((id) => wanted.has(id))
        .map((id) => Number(id.slice(1)))
        .filter((number) => number % conversations === lane);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    const rows = await StoredRows.of(story);
    try {
      expect(await rows.count('etl', 'message')).toBe(handled.length);
    } finally {
      await rows.close();
    }
  }, 240_000);

  it('leave the platform well', async () => {
    await eventually(async () => expect(await story.faults()).toEqual([]), patient);
  }, 200_000);
});
