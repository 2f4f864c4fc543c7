import { FileInBase64, FileValue } from './file-value.ts';
import { parseTemplate } from './parse-template.ts';
import { render, renderText, type Scope } from './render-template.ts';
import { renderTree, variablesOfTree } from './render-tree.ts';
import { TemplateError } from './template-error.ts';

const file = new FileValue({ id: 'f1', name: 'a.pdf', url: 'https://files.example.com/a' });

function shown(text: string, scope: Scope): unknown {
  return render(parseTemplate(text), scope);
}

describe('render', () => {
  it('keeps the type of a text that is one placeholder', () => {
    const settings = { n: 42, yes: true, list: ['a'], nothing: null };
    expect(shown('{{ settings.n }}', { settings })).toBe(42);
    expect(shown('{{settings.yes}}', { settings })).toBe(true);
    expect(shown('{{ settings.list }}', { settings })).toEqual(['a']);
    expect(shown(' {{ settings.n }}', { settings })).toBe(' 42');
    expect(renderText('{{ settings.yes }}', { settings })).toBe('true');
  });

  it('never reads a value as a template', () => {
    expect(shown('a {{ body }}', { body: '{{ settings.key }}', settings: { key: 'k' } })).toBe(
      'a {{ settings.key }}',
    );
  });

  it('refuses what has no value and does not show other values', () => {
    expect(() => shown('{{ from }}', { to: '+15550100' })).toThrow(TemplateError);
    expect(() => shown('{{ from }}', { from: '' })).not.toThrow();
    expect(() => shown('x{{ from }}', { from: null })).toThrow('from: it has no value');
    expect(shown('{{ from | default("none") }}', {})).toBe('none');
    expect(shown('{{ from | default(null) }}', {})).toBeNull();
    expect(shown('{{ from | default("none") }}', { from: '' })).toBe('none');
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'a.constructor',
    'a.__proto__.polluted',
    's.length',
    'list.length',
    'list.push',
  ])('reaches own values only, not %s', (path) => {
    const scope = { a: {}, s: 'text', list: [1] };
    expect(shown(`{{ ${path} | default("none") }}`, scope)).toBe('none');
  });

  it('shows lists and objects as JSON only where asked to', () => {
    const scope = { settings: { o: { a: 1 } } };
    expect(() => shown('x {{ settings.o }}', scope)).toThrow('use the filter json or join');
    expect(shown('x {{ settings.o | json }}', scope)).toBe('x {"a":1}');
    expect(render(parseTemplate('x {{ settings.o }}{{ none }}'), scope, { isLegacy: true })).toBe(
      'x {"a":1}',
    );
  });

  it('shows of a file what describes it, and its bytes by its handle', () => {
    expect(shown('{{ file.name }} {{ file.media_type }}', { file })).toBe('a.pdf application/pdf');
    expect(shown('{{ files[0].url }}', { files: [file] })).toBe('https://files.example.com/a');
    expect(shown('{{ file | base64 }}', { file })).toEqual(new FileInBase64('f1'));
    expect(() => shown('x {{ file }}', { file })).toThrow('a file has no text');
    expect(() => shown('x {{ file | base64 }}', { file })).toThrow('must stand alone');
  });

  it('takes no filters on credentials', () => {
    expect(shown('{{ creds.key }}', { creds: { key: 'cred_1' } })).toBe('cred_1');
    expect(() => shown('{{ creds.key | base64 }}', { creds: { key: 'cred_1' } })).toThrow(
      'filters cannot be used on a credential',
    );
  });
});

describe('filters', () => {
  it.each([
    ['base64', 'grüße 😀', 'Z3LDvMOfZSDwn5iA'],
    ['base64url', '~~~?>', 'fn5-Pz4'],
    ['urlencode', "a b/ü'&=", 'a%20b%2F%C3%BC%27%26%3D'],
    ['digits', '+1 (555) 010-0', '15550100'],
    ['e164', '+1 (555) 010-0123', '+15550100123'],
    ['e164', '0049 30 123456', '+4930123456'],
    ['e164("49")', '030 123456', '+4930123456'],
    ['int', ' 42 ', 42],
    ['int', 7, 7],
    ['number', '1.5', 1.5],
    ['boolean', 'TRUE', true],
    ['boolean', 0, false],
    ['string', 5, '5'],
    ['lower', 'AbÜ', 'abü'],
    ['upper', 'ab', 'AB'],
    ['trim', '  a\n', 'a'],
    ['join', ['a', 1], 'a,1'],
    ['join("; ")', ['a', 'b'], 'a; b'],
    ['iso8601', 0, '1970-01-01T00:00:00.000Z'],
    ['iso8601', '1700000000000', '2023-11-14T22:13:20.000Z'],
    ['unix_seconds', '2023-11-14T22:13:20Z', 1_700_000_000],
    ['json', { a: ['"'] }, '{"a":["\\""]}'],
    ['sha256_hex', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['sha256_hex', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha256_hex',
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'sha256_hex',
      'a'.repeat(1000),
      '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3',
    ],
  ])('%s of %j', (filter, value, expected) => {
    expect(shown(`{{ x | ${filter} }}`, { x: value })).toEqual(expected);
  });

  it.each([
    ['int', '4.2', 'a whole number'],
    ['int', '9007199254740993', 'a whole number'],
    ['int', '1}, "x":{', 'a whole number'],
    ['number', 'NaN', 'a number'],
    ['boolean', 'yes', 'neither true nor false'],
    ['iso8601', 'soon', 'neither a date'],
    ['e164', '030123456', 'without the code of its country'],
    ['e164', '+12', 'not a phone number'],
    ['lower', ['a'], 'use the filter json or join'],
  ])('%s refuses %j and does not repeat it', (filter, value, reason) => {
    expect(() => shown(`{{ x | ${filter} }}`, { x: value })).toThrow(reason);
  });
});

describe('renderTree', () => {
  it('renders texts of a JSON value and leaves names and other values', () => {
    const tree = JSON.parse('{"__proto__":"{{ to }}","{{ to }}":[1,null,{"a":"{{ n }}"}]}');
    expect(JSON.stringify(renderTree(tree, { to: '"', n: 1.5 }))).toBe(
      '{"__proto__":"\\"","{{ to }}":[1,null,{"a":1.5}]}',
    );
    expect(variablesOfTree(tree).map(({ name }) => name)).toEqual(['to', 'n']);
  });
});
