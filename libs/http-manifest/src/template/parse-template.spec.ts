import { parseTemplate } from './parse-template.ts';
import { TemplateError } from './template-error.ts';
import { variablesOf } from './template.ts';

describe('parseTemplate', () => {
  it('gives literal texts and placeholders in their order', () => {
    expect(parseTemplate('to {{ to | digits }}, {{steps.upload.path}}!').pieces).toEqual([
      'to ',
      { path: ['to'], filters: [{ name: 'digits', args: [] }], place: 3 },
      ', ',
      { path: ['steps', 'upload', 'path'], filters: [], place: 22 },
      '!',
    ]);
  });

  it('takes a text without placeholders as it is', () => {
    expect(parseTemplate('').pieces).toEqual([]);
    expect(parseTemplate('a } b { c }} d').pieces).toEqual(['a } b { c }} d']);
  });

  it('reads arguments of every type', () => {
    const [placeholder] = parseTemplate(
      String.raw`{{ a | default("x|}} \" y") | default('') | join(', ') | default(-1.5) | default(true) | default( null ) }}`,
    ).pieces;
    expect(placeholder).toMatchObject({
      filters: [
        { args: ['x|}} " y'] },
        { args: [''] },
        { args: [', '] },
        { args: [-1.5] },
        { args: [true] },
        { args: [null] },
      ],
    });
  });

  it('reads places in lists', () => {
    expect(parseTemplate('{{ files[0].name }}').pieces).toMatchObject([
      { path: ['files', '0', 'name'] },
    ]);
  });

  it.each([
    ['{{ to', 'not closed'],
    ['{{ }}', 'the name of a value'],
    ['{{ to | shout }}', 'there is no filter "shout"'],
    ['{{ 1 + 1 }}', 'the name of a value'],
    ['{{ a + b }}', 'no other expressions'],
    ['{{ a() }}', 'no other expressions'],
    ['{{ a. }}', 'expected a name behind the dot'],
    ['{{ a["b"] }}', 'the place in a list'],
    ['{{ a | default }}', 'takes 1 argument'],
    ['{{ a | lower(1) }}', 'takes 0 argument'],
    ['{{ a | default("x }}', 'the text is not closed'],
    ['{{ a | default(x) }}', 'an argument is a text in quotes'],
    ['{{ {{ a }} }}', 'the name of a value'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(reason);
  });

  it('names the place of an error', () => {
    expect(() => parseTemplate('ab {{ to | shout }}')).toThrow(TemplateError);
    expect(() => parseTemplate('ab {{ to | shout }}')).toThrow('at 11');
  });

  it('reads a megabyte of hostile text in one pass', () => {
    const half = 500_000;
    const hostile = [
      '{'.repeat(half),
      '{{a|'.repeat(half),
      '{{ a '.repeat(half),
      '{{a}}'.repeat(half / 5),
    ];
    const outcomes = hostile.map((text) => {
      try {
        return parseTemplate(text).pieces.length;
      } catch (error) {
        return error instanceof TemplateError;
      }
    });
    expect(outcomes).toEqual([true, true, true, half / 5]);
  });
});

describe('variablesOf', () => {
  it('says what a template asks for, and what may be missing', () => {
    expect(variablesOf(parseTemplate('{{ settings.a }}{{ from | trim | default("") }}'))).toEqual([
      { name: 'settings.a', path: ['settings', 'a'], filters: [], isOptional: false, place: 0 },
      { name: 'from', path: ['from'], filters: ['trim', 'default'], isOptional: true, place: 16 },
    ]);
  });
});
