import { redactor, secretRemover } from './redact.ts';

describe('redactor', () => {
  const secret = 'sekret/value+1';
  const redact = redactor({ token: secret, nested: { pin: 123_456 }, short: 'abc' });

  it.each([secret, encodeURIComponent(secret), 'sekret%2fvalue%2b1', '123456'])(
    'removes %s',
    (form) => {
      expect(redact(`before ${form} after`)).toBe('before [secret] after');
    },
  );

  it.each(['', 'u', 'us', 'user:'])('removes it from base64 of "%s" and the value', (before) => {
    const text = Buffer.from(`${before}${secret}:x`).toString('base64');
    expect(redact(`Basic ${text}`)).toContain('[secret]');
    expect(redact(`Basic ${text}`)).not.toContain(text.slice(8, 16));
  });

  it('leaves short values, which words contain', () => {
    expect(redact('abcdef')).toBe('abcdef');
  });

  it('drops the end of a text that was cut, which may be the beginning of a secret', () => {
    const text = 'x'.repeat(16_384 - 6) + secret.slice(0, 6);
    expect(redact(text)).not.toContain('sekret');
  });
});

describe('secretRemover', () => {
  it('leaves a text of any length whole but for the secrets in it', () => {
    const remove = secretRemover({ token: 'sekret/value+1' });
    const long = 'x'.repeat(100_000);
    expect(remove(`${long} sekret/value+1 ${long}`)).toBe(`${long} [secret] ${long}`);
  });
});
