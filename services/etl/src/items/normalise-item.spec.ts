import { entityModels } from '../entities/entity-model.ts';
import { InvalidItemError } from '../errors.ts';
import { normaliseItem } from './normalise-item.ts';

const normalise = (model: keyof typeof entityModels, data: unknown) =>
  normaliseItem(entityModels[model], typeof data === 'string' ? data : JSON.stringify(data));
const entity = (model: keyof typeof entityModels, data: unknown): unknown =>
  JSON.parse(normalise(model, data).json);

describe('normaliseItem', () => {
  it('reads the item of the plugin guide', () => {
    const item = normalise('person', { display_name: 'Ada', emails: ['ada@example.com'] });
    expect(item.values.slice(0, 4)).toEqual(['Ada', undefined, undefined, ['ada@example.com']]);
    expect(item.attributes).toBeUndefined();
    expect(JSON.parse(item.json)).toEqual({ display_name: 'Ada', emails: ['ada@example.com'] });
  });

  it('trims, and leaves out what is blank, absent or twice', () => {
    expect(
      entity('person', {
        display_name: ' Ada\t',
        given_name: '  ',
        family_name: null,
        emails: ['a@b', null, ' a@b ', ''],
        phones: [null],
      }),
    ).toEqual({ display_name: 'Ada', emails: ['a@b'] });
  });

  it('keeps the white space of prose', () => {
    expect(entity('message', { body: ' a\n\tb ', subject: ' s ' })).toEqual({
      body: ' a\n\tb ',
      subject: 's',
    });
  });

  it('keeps keys that the model does not name', () => {
    const item = normalise('person', { display_name: 'Ada', shoe_size: 42, deep: { a: [null] } });
    expect(item.attributes).toBe('{"shoe_size":42,"deep":{"a":[null]}}');
    expect(JSON.parse(item.json)).toMatchObject({ attributes: { shoe_size: 42 } });
  });

  it('takes an object named attributes apart, so that what was read can be written back', () => {
    expect(normalise('person', { attributes: { a: 1 }, b: 2 }).attributes).toBe('{"a":1,"b":2}');
    expect(normalise('person', { attributes: [1] }).attributes).toBe('{"attributes":[1]}');
  });

  it('reads lists of objects field by field, and drops what they do not have', () => {
    const item = normalise('calendar_event', {
      attendee_details: [
        { name: ' Ada ', email: 'ada@b', is_optional: true, score: 5 },
        null,
        { name: '' },
      ],
    });
    expect(JSON.parse(item.json)).toEqual({
      attendee_details: [{ name: 'Ada', email: 'ada@b', is_optional: true }],
    });
    expect(item.values).toContain('[{"name":"Ada","email":"ada@b","is_optional":true}]');
  });

  it.each([
    [{ attachments: 'a.txt' }, 'attachments must be a list of objects'],
    [{ attachments: ['a.txt'] }, 'attachments must be a list of objects'],
    [{ attachments: [{ name: 5 }] }, 'attachments.name must be a text'],
    [{ attachments: [{ size_bytes: '5' }] }, 'attachments.size_bytes must be a number'],
    [{ attachments: [{ name: 'a\u0000' }] }, 'attachments.name holds a NUL'],
  ])('refuses a list of objects with %j', (data, reason) => {
    expect(() => normalise('message', data)).toThrow(reason);
  });

  it('stores times as one point in time whatever their offset', () => {
    const fields = {
      starts_at: '2026-03-01T10:00:00+02:00',
      ends_at: '2026-03-01',
      all_day: false,
    };
    expect(entity('calendar_event', fields)).toEqual({
      starts_at: '2026-03-01T08:00:00.000Z',
      ends_at: '2026-03-01T00:00:00.000Z',
      all_day: false,
    });
  });

  it('reads documents', () => {
    expect(entity('document', { title: 'x', size_bytes: 12.5, authors: ['a'] })).toEqual({
      title: 'x',
      size_bytes: 12.5,
      authors: ['a'],
    });
  });

  it('takes the last of a repeated key, as every reader of JSON does', () => {
    expect(entity('person', '{"display_name":"a","display_name":"b"}')).toEqual({
      display_name: 'b',
    });
  });

  const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it('takes 64 levels and no more', () => {
    expect(() => normalise('person', `{"x":${deep(63)}}`)).not.toThrow();
    expect(() => normalise('person', `{"x":${deep(64)}}`)).toThrow('nested deeper than 64');
    expect(() => normalise('person', `{"x":${deep(200_000)}}`)).toThrow('nested deeper than 64');
  });

  it.each([
    ['a name that is a list', { display_name: ['x'] }, 'display_name must be a text'],
    ['a name that is a number', { display_name: 5 }, 'display_name must be a text'],
    ['NUL', { display_name: 'a\u0000b' }, 'display_name holds a NUL'],
    ['half a surrogate pair', '{"display_name":"\\ud800"}', 'half of a surrogate pair'],
    ['half a surrogate pair in a list', '{"emails":["\\udc00x"]}', 'half of a surrogate pair'],
    ['NUL among the attributes', '{"x":["a\\u0000"]}', 'NUL'],
    ['half a surrogate pair in a key', '{"x":{"\\ud800":1}}', 'half of a surrogate pair'],
    ['a number out of range', '{"x":1e400}', 'number out of range'],
    ['a size out of range', '{"size_bytes":1e400}', 'range of a double', 'document'],
    ['a size that is a text', { size_bytes: '5' }, 'size_bytes must be a number', 'document'],
    ['all_day that is a text', { all_day: 'yes' }, 'true or false', 'calendar_event'],
    ['emails that are no list', { emails: 'a@b' }, 'emails must be a list'],
    ['emails that are not texts', { emails: [{}] }, 'emails must be a list'],
    ['a time that is none', { updated_at: 'soon' }, 'RFC 3339'],
    ['a time without an offset', { updated_at: '2026-01-01T10:00:00' }, 'RFC 3339'],
    ['a month that is none', { updated_at: '2026-13-01T10:00:00Z' }, 'RFC 3339'],
    ['a time that is a number', { updated_at: 1_700_000_000 }, 'RFC 3339'],
    ['a prototype', '{"__proto__":{"polluted":1}}', '__proto__'],
    ['a prototype deep inside', '{"x":{"__proto__":{"polluted":1}}}', '__proto__'],
    ['data that is no object', '[]', 'not an object'],
    ['data that is null', 'null', 'not an object'],
    ['data that is not JSON', '{', 'not JSON'],
    ['data that is too large', { display_name: 'ä'.repeat(270_000) }, '512 KiB'],
  ])('refuses %s', (_, data, reason, model = 'person') => {
    const attempt = (): unknown => normalise(model as 'person', data);
    expect(attempt).toThrow(InvalidItemError);
    expect(attempt).toThrow(reason);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('does not repeat data in its messages', () => {
    expect(() => normalise('person', '{"display_name":"secret",')).toThrow(/^data is not JSON$/u);
  });
});
