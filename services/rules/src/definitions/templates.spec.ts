import type { JsonValue } from '@bufbuild/protobuf';
import { Filling } from './templates.ts';

const facts = { from: '+1', to: ['a', 'b'], message: { n: 3 } };

const fillText = (text: string, given: object) => new Filling(given).text(text);
const fillValue = (value: JsonValue, given: object) => new Filling(given).value(value);

describe('templates', () => {
  it('fill in what the event has, and nothing for what it has not', () => {
    expect(fillText('{{from}} to {{ to.1 }}: {{message.n}}{{nobody}}!', facts)).toBe('+1 to b: 3!');
    expect(fillText('{{message}}', facts)).toBe('{"n":3}');
    expect(fillText('{{constructor}}', facts)).toBe('');
  });

  it('fill in no template that an event brings', () => {
    expect(fillText('{{a}}', { a: '{{b}}', b: 'secret' })).toBe('{{b}}');
  });

  it('keep the type of a value that stands alone', () => {
    expect(
      fillValue(
        { n: '{{message.n}}', all: ['{{to}}', 'x {{from}}', 7, null], gone: '{{z}}' },
        facts,
      ),
    ).toEqual({
      n: 3,
      all: [['a', 'b'], 'x +1', 7, null],
      gone: null,
    });
  });

  it('make no action many times as large as its event', () => {
    const many = Array.from({ length: 400 }, () => '{{body}}');
    expect(fillValue(many, { body: 'x'.repeat(600) })).toHaveLength(400);
    for (const body of ['x'.repeat(700), ['x'.repeat(700)]])
      expect(() => fillValue(many, { body })).toThrow(
        expect.objectContaining({ code: 'rules.action_too_large', retry: 'never' }),
      );
  });
});
