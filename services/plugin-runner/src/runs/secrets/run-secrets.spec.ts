import { RunSecrets } from './run-secrets.ts';

const schema = {
  type: 'object',
  properties: { apiKey: { type: 'string', writeOnly: true } },
} as const;
const plugin = { configSchema: schema };
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('RunSecrets', () => {
  it('hides and refuses every value that it learned, those of an earlier config too', () => {
    const secrets = new RunSecrets(plugin);
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
    const secrets = new RunSecrets(plugin);
    expect(secrets.redact('text')).toBe('text');
    expect(() => secrets.check(bytes('text'))).not.toThrow();
  });

  it('shows of an HTTP manifest dots, for values and for what stands for them', () => {
    const secrets = new RunSecrets({ ...plugin, runtime: 'http' });
    secrets.learn({ apiKey: '123456:token' });
    const url = 'https://a.example/bot123456:token/x';
    const handle = `https://a.example/botcred_${'0a'.repeat(16)}/x`;
    expect([secrets.redact(url), secrets.redact(handle)]).toEqual(
      Array.from({ length: 2 }, () => 'https://a.example/bot•••/x'),
    );
  });
});
