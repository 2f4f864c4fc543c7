import { GraphCaller } from '../../../test/graph-caller.ts';

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
      occurrence: 11,
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
});
