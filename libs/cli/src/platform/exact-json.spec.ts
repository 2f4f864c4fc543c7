import { exactJson } from './exact-json.ts';

describe('exactJson', () => {
  it.each([
    '{"a":12345678901234567890,"b":[1.10,-0,1e400,7]}',
    '{"text":"12345678901234567890","n":null,"t":true}',
    '[0.1,100000000000000000000000.5]',
  ])('writes %s as it was', (text) => {
    expect(JSON.stringify(exactJson(text))).toBe(text);
  });

  it('leaves ordinary numbers and texts to be looked at', () => {
    expect(exactJson('{"done":true,"erased":7,"next_cursor":"c"}')).toEqual({
      done: true,
      erased: 7,
      next_cursor: 'c',
    });
  });
});
