import { create } from '@bufbuild/protobuf';
import { EraseConnectionRequestSchema } from '@made-open/contracts';
import { ErasePerson } from '../../src/erasure/erase-person.ts';
import { AdaFixture, contacts, items } from '../ada-fixture.ts';
import { countsOf } from '../etl-fixture.ts';

describe('mentions of a person that is erased', () => {
  let fixture: AdaFixture;

  beforeAll(async () => {
    fixture = await AdaFixture.start();
  });
  afterAll(async () => {
    await fixture?.etl.stop();
  });

  it('takes along what names an address of it, when that is wanted', async () => {
    const spaceId = 'mentioned';
    const connection = await fixture.connection(spaceId);
    const ours = { recipients: ['Bob@x', 'ADA@x.org'] };
    await connection.run(1, [
      contacts(),
      items('message', [
        ['m1', { sender: 'ada@x.org' }],
        ['m2', ours],
        ['m3', { participants: [{ role: 'cc', address: 'Ada@X.org' }] }],
        ['m4', { sender: 'bob@x' }],
      ]),
      items('calendar_event', [
        ['e1', { attendees: ['ada@x.org'] }],
        ['e2', { attendee_details: [{ email: 'ada@x.org' }] }],
        ['e3', { organizer: 'bob@x' }],
      ]),
      items('document', [
        ['d1', { authors: ['ada@x.org'] }],
        ['d2', { authors: ['bob@x'] }],
      ]),
    ]);
    expect(await fixture.erase(spaceId, 'ada@x.org', true)).toBe(7);
    const left = await Promise.all(
      ['person', 'message', 'calendar_event', 'document'].map((table) =>
        fixture.idsOf(connection, table),
      ),
    );
    expect(left.flat()).toEqual(['bob', 'm4', 'e3', 'd2']);
    expect(await connection.events('data.MessageDeleted')).toHaveLength(3);
    expect(
      countsOf(
        await connection.run(2, [
          contacts(),
          items('message', [
            ['m2', ours],
            ['m4', { sender: 'bob@x' }],
          ]),
        ]),
      ),
    ).toMatchObject({ created: 0 });
  });

  it('does not wait for connections that know nothing of it', async () => {
    const spaceId = 'busy';
    const connection = await fixture.connection(spaceId);
    const busy = await fixture.connection(spaceId);
    await connection.run(1, [contacts(), items('message', [['m1', { sender: 'ada@x.org' }]])]);
    await busy.run(1, [items('message', [['m2', { sender: 'bob@x' }]])]);
    await fixture.whileWritten(busy, async () => {
      expect(await fixture.erase(spaceId, 'ada@x.org', true)).toBe(2);
    });
  });

  it('is looked for step by step, each going on where the last one ended', async () => {
    const spaceId = 'steps';
    const [one, two] = [await fixture.connection(spaceId), await fixture.connection(spaceId)];
    const mails = (...ids: string[]) =>
      items(
        'message',
        ids.map((id) => [id, { sender: id.startsWith('a') ? 'ada@x.org' : 'bob@x' }]),
      );
    for (const connection of [one, two])
      await connection.run(1, [contacts(), mails('a1', 'a2', 'a3', 'b1', 'b2')]);
    await fixture.linker.linkAll();
    const { files } = fixture.etl;
    const short = { windowRows: 2, budgetMs: 0, files, onCommitted: () => undefined };
    const steps = new ErasePerson({
      database: fixture.etl.database,
      pool: fixture.etl.pool,
      ...short,
    });
    const personId = await fixture.entityOf(spaceId, 'ada@x.org');
    const erased: number[] = [];
    for (let isDone = false; !isDone && erased.length < 50;) {
      const step = await steps.erase({ spaceId, personId, withMentions: true });
      erased.push(step.erased);
      isDone = step.done;
    }
    // Five messages are three windows, an empty type is one; the records go with the last.
    expect(erased).toEqual([2, 1, 0, 0, 0, 2, 1, 0, 0, 2]);
    for (const connection of [one, two])
      expect(await fixture.idsOf(connection, 'message')).toEqual(['b1', 'b2']);
    expect(await fixture.etl.rows('select from person_erasure')).toEqual([]);
  });

  it('leaves no id behind when the connection is erased in between', async () => {
    const spaceId = 'in between';
    const connection = await fixture.connection(spaceId);
    const mails = ['m1', 'm2', 'm3'].map((id) => [id, { sender: 'bob@x' }] as const);
    await connection.run(1, [contacts(), items('message', mails)]);
    const { database, pool } = fixture.etl;
    const { files } = fixture.etl;
    const short = { windowRows: 2, budgetMs: 0, files, onCommitted: () => undefined };
    const personId = await fixture.entityOf(spaceId, 'ada@x.org');
    const request = { spaceId, personId, withMentions: true };
    expect(await new ErasePerson({ database, pool, ...short }).erase(request)).toEqual({
      done: false,
      erased: 0,
    });
    const places = () => fixture.etl.rows('select after from person_erasure');
    expect(await places()).toEqual([{ after: 'm2' }]);
    await fixture.consumer.eraseConnection(
      create(EraseConnectionRequestSchema, { connectionId: connection.id }),
    );
    expect(await places()).toEqual([]);
  });
});
