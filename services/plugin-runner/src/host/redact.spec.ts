import { redactor } from './redact.ts';

describe('redactor', () => {
  const redact = redactor({ token: 'sekret/value+1', nested: { pin: 123_456 }, short: 'abc' });

  it.each([
    'sekret/value+1',
    Buffer.from('sekret/value+1').toString('base64'),
    'sekret%2Fvalue%2B1',
    '123456',
  ])('removes %s', (form) => {
    expect(redact(`before ${form} after`)).toBe('before [secret] after');
  });

  it('leaves short values, which words contain', () => {
    expect(redact('abcdef')).toBe('abcdef');
  });
});
