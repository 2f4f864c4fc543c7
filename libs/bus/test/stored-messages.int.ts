import { PersonCreatedSchema } from '@made-open/contracts';
import { TestPlatform } from '@made-open/testing';
import { readEvents, StreamReadError, type Bus, type StoredMessages } from '../src/index.ts';

describe('StoredMessages', () => {
  let platform: TestPlatform;
  let etl: Bus;
  let data: StoredMessages;
  const limits = { maxMessages: 4, maxBytes: 100_000 };

  beforeAll(async () => {
    platform = await TestPlatform.start();
    const gateway = await platform.bus('channel-gateway');
    etl = await platform.bus('etl');
    data = gateway.stored('DATA');
  });
  afterAll(() => platform?.stop());

  it('finds an empty stream empty', async () => {
    expect(await data.bounds()).toEqual({ first: 0, last: 0 });
    expect(await data.after(0, limits)).toEqual([]);
  });

  it('gives messages from any position, in order, as many as asked for', async () => {
    for (let n = 1; n <= 6; n++)
      await etl.publishEvents(PersonCreatedSchema, [
        { message: { person: { displayName: String(n) } } },
      ]);
    expect(await data.bounds()).toEqual({ first: 1, last: 6 });
    const page = await data.after(1, limits);
    expect(page.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5]);
    const [event] = readEvents(PersonCreatedSchema, page[0]?.data ?? new Uint8Array());
    expect([page[0]?.subject, event?.message.person?.displayName]).toEqual([
      'data.PersonCreated',
      '2',
    ]);
    expect((await data.after(5, limits)).map(({ sequence }) => sequence)).toEqual([6]);
    expect(await data.after(6, limits)).toEqual([]);
    expect(await data.after(100, limits)).toEqual([]);
  });

  it('stops at the message that goes beyond the bytes asked for', async () => {
    const person = { displayName: 'x'.repeat(60_000) };
    for (let n = 0; n < 3; n++)
      await etl.publishEvents(PersonCreatedSchema, [{ message: { person } }]);
    expect(await data.after(6, limits)).toHaveLength(2);
    expect(await data.after(6, { ...limits, maxBytes: 10 })).toHaveLength(1);
  });

  it('reads behind messages that are gone', async () => {
    const nats = await platform.administrator();
    await nats.request('$JS.API.STREAM.PURGE.DATA', JSON.stringify({ seq: 5 }));
    expect((await data.bounds()).first).toBe(5);
    expect((await data.after(0, limits))[0]?.sequence).toBe(5);
  });

  it('says that it cannot read a stream that it has no right to', async () => {
    const others = (await platform.bus('search-indexer')).stored('DATA');
    await expect(others.bounds(200)).rejects.toThrow(StreamReadError);
    await expect(others.after(0, { ...limits, timeoutMs: 200 })).rejects.toThrow(StreamReadError);
  });
});
