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

  it.each([
    ['JSON of PHP', String.raw`a\/b \u00e9\ud83d\ude00 c:d<\"e\"&'f'>`],
    ['a form', 'a%2Fb+%C3%A9%F0%9F%98%80+c%3Ad%3C%22e%22%26%27f%27%3E'],
    ['a form in lower case', 'a%2fb+%c3%a9%f0%9f%98%80+c%3ad%3c%22e%22%26%27f%27%3e'],
    ['a query with +', "a%2Fb+%C3%A9%F0%9F%98%80+c%3Ad%3C%22e%22%26'f'%3E"],
    ['a segment of a path', "a%2Fb%20%C3%A9%F0%9F%98%80%20c:d%3C%22e%22%26'f'%3E"],
    ['a text of XML', `a/b é😀 c:d&lt;"e"&amp;'f'&gt;`],
    ['an attribute of XML', 'a/b é😀 c:d&lt;&quot;e&quot;&amp;&apos;f&apos;&gt;'],
    ['HTML of PHP', 'a/b é😀 c:d&lt;&quot;e&quot;&amp;&#039;f&#039;&gt;'],
    ['HTML of Python', 'a/b é😀 c:d&lt;&quot;e&quot;&amp;&#x27;f&#x27;&gt;'],
    ['HTML of Go', 'a/b é😀 c:d&lt;&#34;e&#34;&amp;&#39;f&#39;&gt;'],
  ])('removes it as %s spells it', (_, form) => {
    const remove = redactor({ token: `a/b é😀 c:d<"e"&'f'>` });
    expect(remove(`before ${form} after`)).toBe('before [secret] after');
  });

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
