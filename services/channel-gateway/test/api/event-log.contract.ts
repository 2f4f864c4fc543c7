import type { EventLog, LoggedEvent } from '../../src/stream/event-log.ts';

/** How a test fills a log; `sequence` of the first message that is kept. */
export interface FilledLog {
  readonly log: EventLog;
  append(events: readonly LoggedEvent[]): Promise<void> | void;
  forgetBefore(sequence: number): Promise<void> | void;
}

export function anEvent(name: string, of: Partial<LoggedEvent> = {}): LoggedEvent {
  const { spaceId = 'default', connectionId = 'connection-1', type = 'data.PersonCreated' } = of;
  const data = {
    entity: { entity_id: name, space_id: spaceId, connection_id: connectionId },
    person: { display_name: name },
  };
  return { spaceId, connectionId, type, json: JSON.stringify({ id: name, type, data }) };
}

/** What every event log does; each test begins with an empty one. */
export function eventLogContract(make: () => Promise<FilledLog> | FilledLog): void {
  let filled: FilledLog;
  const texts = async (after: number): Promise<string[]> =>
    (await filled.log.after(after)).flatMap(({ events }) => events.map(({ json }) => json));

  beforeEach(async () => {
    filled = await make();
  });

  it('has nothing at first', async () => {
    expect(await filled.log.after(0)).toEqual([]);
  });

  it('gives messages with their events, in order, from any place', async () => {
    const { last: before } = await filled.log.bounds();
    const [a, b, c] = [anEvent('a'), anEvent('b', { spaceId: 'other' }), anEvent('c')];
    await filled.append([a, b]);
    await filled.append([c]);
    const { last } = await filled.log.bounds();
    expect(last).toBe(before + 2);
    const messages = await filled.log.after(before);
    expect(messages).toEqual([
      { sequence: last - 1, events: [a, b] },
      { sequence: last, events: [c] },
    ]);
    expect(await texts(last - 1)).toEqual([c.json]);
    expect(await texts(last)).toEqual([]);
    expect(await texts(last + 100)).toEqual([]);
  });

  it('says what it has forgotten, and goes on behind it', async () => {
    for (const name of ['a', 'b', 'c']) await filled.append([anEvent(name)]);
    const { last } = await filled.log.bounds();
    await filled.forgetBefore(last);
    expect(await filled.log.bounds()).toEqual({ first: last, last });
    expect(await texts(0)).toEqual([anEvent('c').json]);
    await filled.forgetBefore(last + 1);
    expect(await filled.log.bounds()).toEqual({ first: last + 1, last });
    expect(await texts(0)).toEqual([]);
  });

  it('gives a long past in pages', async () => {
    const { last: before } = await filled.log.bounds();
    for (let n = 0; n < 150; n++) await filled.append([anEvent(String(n))]);
    const seen: string[] = [];
    let after = before;
    for (;;) {
      const page = await filled.log.after(after);
      const end = page.at(-1);
      if (end === undefined) break;
      seen.push(...page.flatMap(({ events }) => events.map(({ json }) => json)));
      after = end.sequence;
    }
    expect(seen).toEqual(Array.from({ length: 150 }, (_, n) => anEvent(String(n)).json));
  });
}
