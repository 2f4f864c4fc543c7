import { begin, countsOf, end, EtlFixture, many, persons } from './etl-fixture.ts';

describe('the order of frames', () => {
  let etl: EtlFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it('takes a frame once, whatever is repeated, late or missing', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    await connection.send([1, 1, 1], persons(many(10)));
    expect(await connection.send([1, 1, 3], persons(many(30)))).toEqual({
      settlement: { nakAfterMs: 250 },
    });
    expect(await connection.send([1, 1, 1], persons(many(20)))).toMatchObject({
      settlement: 'ack',
      answer: { accepted: true, counts: { created: 10 } },
    });
    expect(await connection.send([1, 2, 1], persons(many(20)))).toEqual({
      settlement: { nakAfterMs: 250 },
    });
    await connection.send([1, 2, 0], begin);
    expect(await connection.send([1, 1, 2], persons(many(20)))).toMatchObject({
      settlement: 'ack',
      answer: { accepted: false, superseded: true },
    });
    expect(await connection.count('person')).toBe(10);
    const ended = await connection.send([1, 2, 1], end(false));
    expect(await connection.send([1, 2, 1], end(false))).toEqual(ended);
    expect(await connection.events('connector.RunRecorded')).toHaveLength(3);
  });

  it('takes a frame once when two processes have it at the same time', async () => {
    const connection = await etl.connection();
    const both = (place: [number, number, number], content: typeof begin) =>
      Promise.all([0, 1].map((lane) => connection.send(place, content, { lane })));
    for (let epoch = 1; epoch <= 5; epoch++) {
      await both([epoch, 1, 0], begin);
      for (let frame = 1; frame <= 3; frame++) {
        const outcomes = await both([epoch, 1, frame], persons(many(40, `e${epoch}f${frame}`)));
        expect(outcomes.map((outcome) => outcome.answer?.accepted)).toEqual([true, true]);
      }
      const [ended] = await both([epoch, 1, 4], end());
      expect(countsOf(ended ?? { settlement: 'ack' })).toMatchObject({
        items: 120,
        quarantined: 0,
      });
    }
    expect(await connection.events('data.PersonCreated')).toHaveLength(40);
    expect(await connection.events('data.PersonUpdated')).toHaveLength(40 * 14);
    const [row] = await etl.rows<{ versions: number[] }>(
      `select array_agg(distinct version) as versions from person where connection_key = (select key from connection where id = $1)`,
      [connection.id],
    );
    expect(row?.versions).toEqual([15]);
    expect(await connection.events('connector.RunRecorded')).toHaveLength(10);
  });
});
