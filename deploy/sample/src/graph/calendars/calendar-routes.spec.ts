import { GraphCaller, type Round } from '../../../test/graph-caller.ts';

const calendarView =
  '/me/calendarView/delta?startDateTime=2025-01-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z';

describe('calendars', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  it('shows a series in a calendar view by its master, bare occurrences and exceptions', async () => {
    const { rows } = await graph.round(calendarView);
    const types = Map.groupBy(rows, (row) => row['type']);
    expect(Object.fromEntries([...types].map(([type, { length }]) => [type, length]))).toEqual({
      exception: 1,
      occurrence: 18,
      seriesMaster: 1,
      singleInstance: 32,
    });
    expect(types.get('occurrence')?.[0]).not.toHaveProperty('subject');
  });

  it('asks a calendar view for its window, and refuses $select there', async () => {
    expect((await graph.get('/me/calendarView/delta')).body.error?.code).toBe(
      'ErrorInvalidParameter',
    );
    const { status, body } = await graph.get(`${calendarView}&$select=subject`);
    expect([status, body.error?.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
  });

  const series = async (): Promise<{
    master: string;
    occurrences: Round['rows'];
    delta: string;
  }> => {
    const { rows, delta } = await graph.round(calendarView);
    const master = rows.find((row) => row['type'] === 'seriesMaster');
    const occurrences = rows.filter((row) => row['type'] === 'occurrence');
    return { master: master?.id ?? '', occurrences, delta };
  };

  it('names what was cancelled and changed of a series to who selects it of that series', async () => {
    const { master } = await series();
    const path = `/me/events/${master}`;
    expect((await graph.get(path)).body).not.toHaveProperty('cancelledOccurrences');
    const { body } = await graph.get(
      `${path}?$select=subject,exceptionOccurrences,cancelledOccurrences&$expand=exceptionOccurrences`,
    );
    expect(body).toMatchObject({
      subject: 'Weekly stand-up',
      cancelledOccurrences: [`OID.${master}.2026-04-13`],
      exceptionOccurrences: [
        { type: 'exception', seriesMasterId: master, originalStart: '2026-01-26T08:00:00Z' },
      ],
    });
    expect((await graph.get(`${path}?$expand=attendees`)).status).toBe(501);
  });

  it('keeps a series at nine by the clock of its zone', async () => {
    const { occurrences } = await series();
    const starts = occurrences.map((row) => row['start']);
    expect(starts).toContainEqual({ dateTime: '2026-03-23T08:00:00.0000000', timeZone: 'UTC' });
    expect(starts).toContainEqual({ dateTime: '2026-03-30T07:00:00.0000000', timeZone: 'UTC' });
  });

  it('tells of an event that is cancelled by its series alone', async () => {
    const { master, occurrences, delta } = await series();
    const [cancelled] = occurrences;
    expect((await graph.send('DELETE', `/me/events/${cancelled?.id ?? ''}`)).status).toBe(204);
    const { rows } = await graph.round(delta);
    expect(rows.map(({ id }) => id)).toEqual(
      expect.arrayContaining([master, ...occurrences.slice(1).map(({ id }) => id)]),
    );
    expect(rows.map(({ id }) => id)).not.toContain(cancelled?.id);
    const { body } = await graph.get(`/me/events/${master}?$select=cancelledOccurrences`);
    expect(body['cancelledOccurrences']).toEqual([
      `OID.${master}.2026-04-13`,
      `OID.${master}.2026-01-05`,
    ]);
  });

  it('makes an exception of an event that is changed', async () => {
    const { occurrences } = await series();
    const [changed] = occurrences;
    const end = { dateTime: '2026-01-05T11:15:00.0000000', timeZone: 'UTC' };
    const start = { dateTime: '2026-01-05T11:00:00.0000000', timeZone: 'UTC' };
    const path = `/me/events/${changed?.id ?? ''}`;
    await graph.send('PATCH', path, { body: { start, end } });
    expect((await graph.get(path)).body).toMatchObject({
      type: 'exception',
      subject: 'Weekly stand-up',
      originalStart: '2026-01-05T08:00:00Z',
      start,
    });
  });
});
