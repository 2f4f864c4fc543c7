import { SandboxError } from '../../errors.ts';
import { secretGuard } from './secret-guard.ts';

const text = { type: 'string' };
const secret = 'k"ey\\of-8-and-more';
const schema = {
  type: 'object',
  properties: {
    apiKey: text,
    region: text,
    hook: { type: 'string', writeOnly: true },
    login: { type: 'object', properties: { host: text, password: text } },
  },
};
const config = {
  apiKey: secret,
  region: 'eu-central-1',
  hook: 'https://hooks.example.com/T1/B2/x9y8z7',
  login: { host: 'login.example.com', password: 'correct horse' },
  // Not declared; the schema leaves room for more.
  baseUrl: 'https://api.example.com',
  account: 'ada@example.com',
  sessionToken: 'never-declared',
  token: 'short',
};
const guard = secretGuard(schema, config);
const check = (content: unknown, guardOf = guard) => {
  return () => guardOf(Buffer.from(JSON.stringify(content)));
};

describe('secretGuard', () => {
  it.each([
    [secret, 'apiKey'],
    [Buffer.from(secret).toString('base64'), 'apiKey'],
    ['the correct horse is here', 'login'],
    [config.hook, 'hook'],
    ['never-declared', 'sessionToken'],
  ])('refuses %j, the value of %s', (value, field) => {
    const wanted = new RegExp(`secret config field "${field}"`, 'u');
    expect(check({ note: value })).toThrow(wanted);
    expect(check({ note: value })).toThrow(SandboxError);
  });

  it.each([
    'eu-central-1',
    'short',
    'anything else',
    'login.example.com',
    'https://api.example.com/v1/contacts/1',
    'ada@example.com',
  ])('lets %j pass', (value) => {
    expect(check({ note: value })).not.toThrow();
  });

  it.each([
    'password',
    'Administrator',
    '+4915112345678',
    '2026-11-21',
    'ada@example.com',
    'https://api.example.com/',
    12_345_678,
    true,
  ])('lets %j pass also as a secret: data holds it by chance', (value) => {
    expect(check({ note: value }, secretGuard(schema, { apiKey: value }))).not.toThrow();
  });

  it('looks at a part of a larger buffer as what it is', () => {
    const whole = Buffer.from(`${secret}|harmless`);
    expect(() => guard(whole.subarray(secret.length))).not.toThrow();
  });
});
