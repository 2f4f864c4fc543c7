import { FakeHomeserver } from '../../test/fake-homeserver.ts';
import { listen } from './listen.ts';

const message = (index: number, content: object = {}): object => ({
  type: 'm.room.message',
  event_id: `$${String(index)}`,
  sender: '@ada:x',
  origin_server_ts: 1_700_000_000_000 + index,
  content: { msgtype: 'm.text', body: `m${String(index)}`, ...content },
});

/** A server whose only room has these events behind `s1`. */
function serverWith(events: readonly object[]): FakeHomeserver {
  const server = new FakeHomeserver();
  server.checkpoint = { since: 's1', names: {} };
  server.on(/\/sync\?/u, ({ path }) =>
    path.includes('since=s1')
      ? { next_batch: 's2', rooms: { join: { '!r': { timeline: { events } } } } }
      : { next_batch: 's2' },
  );
  return server;
}

async function run(server: FakeHomeserver, config = {}): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of listen(server.context(config))) items.push(item);
  return items;
}

describe('listen', () => {
  it('tells of more than a run may tell in several runs, each message once and in order', async () => {
    const events = Array.from({ length: 1650 }, (_, index) => message(index));
    const server = serverWith(events);
    for (let runs = 0; runs < 3; runs++) {
      const before = server.told.length;
      await run(server);
      expect(server.told.length - before).toBeLessThan(1000);
    }
    expect(server.told).toEqual(events.map((_, index) => `m${String(index)}`));
    expect(server.checkpoint).toMatchObject({ since: 's2' });
  });

  it('goes past an edit of a message that it may not see', async () => {
    const edit = message(1, {
      'm.new_content': { msgtype: 'm.text', body: 'other' },
      'm.relates_to': { rel_type: 'm.replace', event_id: '$gone' },
    });
    const server = serverWith([edit, message(2)]);
    expect(await run(server)).toEqual([]);
    expect(server.told).toEqual(['m2']);
  });

  it('goes past an invitation that cannot be accepted', async () => {
    const server = new FakeHomeserver();
    server.checkpoint = { since: 's1', names: {} };
    server.on(/\/sync\?/u, () => ({ next_batch: 's2', rooms: { invite: { '!dead': {} } } }));
    await run(server, { joinInvites: true });
    expect(server.requests.map(({ path }) => path)).toContain(
      '/_matrix/client/v3/rooms/!dead/join',
    );
    expect(server.checkpoint).toMatchObject({ since: 's2' });
  });

  it('stores what was there before it listened, and tells nobody', async () => {
    const server = new FakeHomeserver();
    const room = { timeline: { events: [message(1)] } };
    server.on(/\/sync\?/u, () => ({ next_batch: 's1', rooms: { join: { '!r': room } } }));
    expect(await run(server)).toMatchObject([{ externalId: '$1', data: { body: 'm1' } }]);
    expect(server.told).toEqual([]);
  });
});
