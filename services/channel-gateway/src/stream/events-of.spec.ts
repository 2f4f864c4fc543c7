import { eventsOf } from './events-of.ts';

const batch = (...events: unknown[]): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(events));

describe('eventsOf', () => {
  it('says to whom each event belongs, and keeps it as it is', () => {
    const event = {
      id: 'e1',
      type: 'data.PersonCreated',
      data: { entity: { space_id: 's', connection_id: 'c' }, person: { display_name: 'A\nB' } },
    };
    const sent = {
      id: 'e3',
      type: 'communication.MessageSent',
      data: { message: { space_id: 'u', connection_id: 'd' } },
    };
    const placed = {
      id: 'e4',
      type: 'communication.CallPlaced',
      data: { call: { space_id: 'v' } },
    };
    const plain = { id: 'e2', type: 'data.PersonsLinked', data: { space_id: 't' } };
    expect(eventsOf(batch(sent, placed))).toMatchObject([
      { spaceId: 'u', connectionId: 'd' },
      { spaceId: 'v', connectionId: '' },
    ]);
    expect(eventsOf(batch(event, plain))).toEqual([
      { spaceId: 's', connectionId: 'c', type: 'data.PersonCreated', json: JSON.stringify(event) },
      { spaceId: 't', connectionId: '', type: 'data.PersonsLinked', json: JSON.stringify(plain) },
    ]);
    expect(eventsOf(batch(event))[0]?.json).not.toContain('\n');
  });

  it('gives an event without a space, or without a type that fits a line, to nobody', () => {
    expect(
      eventsOf(batch(null, 1, {}, { type: 'a\nb', data: { entity: { space_id: 7 } } })),
    ).toMatchObject([
      { spaceId: '', type: '' },
      { spaceId: '', type: '' },
      { spaceId: '', type: '' },
      { spaceId: '', type: '' },
    ]);
  });

  it('refuses what is no batch', () => {
    expect(() => eventsOf(batch().slice(1))).toThrow(SyntaxError);
    expect(() => eventsOf(new TextEncoder().encode('{}'))).toThrow(TypeError);
  });
});
