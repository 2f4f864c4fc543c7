import type { StoredMessages } from '@made-open/bus';
import type { RuleDefinition } from '../definitions/rule-definition.ts';
import { PastEvents } from './past-events.ts';

const definition: RuleDefinition = {
  on: ['data.PersonCreated'],
  when: { all: [] },
  then: [{ type: 'emit_event', name: 'custom.x' }],
};
const rule = { spaceId: 'default', definition };
const later = new Date(Date.now() + 600_000);

/** A stream with one message for each text; `read` counts what was asked for. */
function streamOf(messages: readonly { subject: string; data: string }[]) {
  const read: number[] = [];
  const stored: Pick<StoredMessages, 'bounds' | 'after'> = {
    bounds: () => Promise.resolve({ first: 1, last: messages.length }),
    after: (sequence, { maxMessages }) => {
      read.push(sequence);
      return Promise.resolve(
        messages.slice(sequence, sequence + maxMessages).map(({ subject, data }, index) => ({
          sequence: sequence + index + 1,
          subject,
          data: Buffer.from(data),
        })),
      );
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a class with private fields, of which these two methods are used
  return { read, past: new PastEvents({ stored: () => stored as StoredMessages }) };
}

function message(subject: string, ...ids: string[]) {
  const event = (id: string) => ({
    id,
    type: subject,
    time: `2026-01-01T00:00:0${id.slice(-1)}Z`,
    data: { entity: { space_id: 'default', entity_id: id } },
  });
  return { subject, data: JSON.stringify(ids.map(event)) };
}

describe('PastEvents', () => {
  it('gives the newest events of the subjects first, and opens no message of another', async () => {
    const { past } = streamOf([
      message('data.PersonCreated', 'e1', 'e2'),
      { subject: 'data.MessageCreated', data: 'not looked at' },
      message('data.PersonCreated', 'e3'),
    ]);
    expect((await past.of(rule, 2, later)).map(({ id }) => id)).toEqual(['e3', 'e2']);
  });

  it('ends when its time is over, with what it has found', async () => {
    const messages = Array.from({ length: 2000 }, () => message('data.PersonUpdated', 'e1'));
    const { past, read } = streamOf([...messages, message('data.PersonCreated', 'e9')]);
    expect(await past.of(rule, 5, new Date(0))).toEqual([]);
    expect(read).toEqual([]);
    expect(await past.of(rule, 5, later)).toHaveLength(1);
    expect(read.length).toBeGreaterThan(1);
  });
});
