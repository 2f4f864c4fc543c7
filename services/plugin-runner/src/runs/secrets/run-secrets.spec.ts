import { RunSecrets } from './run-secrets.ts';

const schema = {
  type: 'object',
  properties: { apiKey: { type: 'string', writeOnly: true } },
} as const;
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('RunSecrets', () => {
  it('hides and refuses every value that it learned, those of an earlier config too', () => {
    const secrets = new RunSecrets(schema);
    secrets.learn({ apiKey: 'the-first-secret' });
    secrets.learn({ apiKey: 'the-second-secret' });
    const shown = secrets.redact('the-first-secret and the-second-secret');
    expect(shown).not.toContain('first-secret');
    expect(shown).not.toContain('second-secret');
    for (const text of ['x the-first-secret y', 'x the-second-secret y'])
      expect(() => secrets.check(bytes(text))).toThrow();
    expect(() => secrets.check(bytes('plain'))).not.toThrow();
  });

  it('leaves everything alone when there are none', () => {
    const secrets = new RunSecrets(schema);
    expect(secrets.redact('text')).toBe('text');
    expect(() => secrets.check(bytes('text'))).not.toThrow();
  });
});
