import { parseShallow } from './text-depth.ts';

describe('parseShallow', () => {
  it('reads JSON up to the depth, whatever its strings hold', () => {
    const text = `{"a":[{"b":"[[[[{{{{\\"[["}]}`;
    expect(parseShallow(text, 3)).toEqual({ a: [{ b: '[[[[{{{{"[[' }] });
    expect(() => parseShallow(text, 2)).toThrow(
      expect.objectContaining({ code: 'sandbox.too_deep' }),
    );
  });

  it('refuses depth before it parses, also in text that never ends', () => {
    expect(() => parseShallow('['.repeat(10_000_000))).toThrow(/64 levels/u);
    expect(() => parseShallow('"[[[[')).toThrow(SyntaxError);
  });

  it('leaves out keys that name a prototype', () => {
    const value = parseShallow('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}');
    expect(JSON.stringify(value)).toBe('{"a":{}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
