import { bodyShape, listShape } from './reader.ts';

const shape = bodyShape<{ name: string; level: string }>(
  { name: { type: 'string', minLength: 2 }, level: { type: 'string', default: 'info' } },
  ['name'],
  { name: 'a name' },
);

describe('bodyShape', () => {
  it('fills in defaults and leaves the body itself alone', () => {
    const body = { name: 'ab' };
    expect(shape.read(body)).toEqual({ name: 'ab', level: 'info' });
    expect(body).toEqual({ name: 'ab' });
  });

  it.each([
    [undefined, 'the body lacks "name"'],
    [[], 'the body must be object'],
    [{ name: 'x' }, 'name must NOT have fewer than 2 characters'],
    [{ name: 'ab', extra: 1 }, 'the body has the unknown field "extra"'],
  ])('says what is wrong with %j', (body, fault) => {
    expect(() => shape.read(body)).toThrow(
      expect.objectContaining({
        status: 422,
        code: 'request.invalid',
        members: { errors: [fault] },
      }),
    );
  });

  it('is not led into the depths', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(() => shape.read({ name: deep })).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining('80 levels') }),
    );
  });

  it('says everything that is wrong, and no value', () => {
    expect(() => shape.read({ level: 7, name: ['secret'] })).toThrow(
      expect.objectContaining({
        members: { errors: ['name must be string', 'level must be string'] },
      }),
    );
  });
});

describe('listShape', () => {
  const list = listShape({ plugin_id: { type: 'string' } });

  it('reads limit, cursor and filters', () => {
    expect(list.read({})).toEqual({ page: { limit: 50, after: undefined }, filters: {} });
    const cursor = Buffer.from('c1').toString('base64url');
    expect(list.read({ limit: '7', cursor, plugin_id: 'a' })).toEqual({
      page: { limit: 7, after: 'c1' },
      filters: { plugin_id: 'a' },
    });
  });

  it.each([{ limit: '0' }, { limit: '201' }, { limit: 'x' }, { cursor: '!' }, { other: '1' }])(
    'refuses %j',
    (query) => {
      expect(() => list.read(query)).toThrow(
        expect.objectContaining({ status: 400, code: 'request.invalid' }),
      );
    },
  );
});
