import { pluginIn, twilioHost, twilioMediaHost, TwilioServer } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { connect, install } from '../platform/steps.ts';
import { startStory, type Story } from '../platform/story.ts';

interface Outbound {
  readonly id: string;
  readonly state: string;
}

const [ours, theirs] = ['+15550100', '+14155550123'];
const rounds = 4;

describe('a message that is asked for a hundred times at a time while the runner is killed', () => {
  let twilio: TwilioServer;
  let story: Story;
  let path: string;

  beforeAll(async () => {
    twilio = await TwilioServer.start({ numbers: { [ours]: {} } });
    story = await startStory({ [twilioHost]: twilio, [twilioMediaHost]: twilio });
    const { sid: accountSid, authToken } = twilio.account;
    const plugin = await install(story.admin, pluginIn('channels/twilio'));
    path = `/channels/${await connect(story.admin, plugin, { accountSid, authToken })}/messages`;
  });
  afterAll(async () => {
    await story?.stop();
    await twilio?.stop();
  });

  const sent = (body: string): number =>
    [...twilio.account.messages.values()].filter((message) => message.body === body).length;

  const settled = (id: string): Promise<string> =>
    eventually(
      async () => {
        const { state } = await story.client.get<Outbound>(`${path}/${id}`);
        if (state === 'queued' || state === 'sending') throw new Error(`it is ${state}`);
        return state;
      },
      { timeoutMs: 180_000 },
    );

  it('reaches Twilio once, or nobody says that it was sent', async () => {
    for (let round = 0; round < rounds; round++) {
      const body = `Round ${String(round)}`;
      const ask = (): Promise<Outbound> =>
        eventually(() =>
          story.client.post<Outbound>(
            path,
            { to: theirs, from: ours, body },
            { 'Idempotency-Key': body },
          ),
        );
      const asked = Promise.all(Array.from({ length: 100 }, ask));
      if (round > 0)
        await eventually(
          () => {
            story.kill('plugin-runner');
          },
          { timeoutMs: 60_000 },
        );
      const ids = new Set((await asked).map(({ id }) => id));
      expect(ids.size).toBe(1);
      const [id = ''] = ids;
      const state = await settled(id);
      expect(['sent', 'delivered', 'unknown']).toContain(state);
      expect(sent(body)).toBeLessThanOrEqual(1);
      if (state !== 'unknown') expect(sent(body)).toBe(1);
    }
  }, 900_000);
});
