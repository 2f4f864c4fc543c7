import { fillText, fillValue } from './templates.ts';

const facts = { from: '+1', to: ['a', 'b'], message: { n: 3 } };

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
});
