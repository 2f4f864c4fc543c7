import { SandboxError } from '../errors.ts';
import { secretGuard } from './secret-guard.ts';

const text = { type: 'string' };
const schema = {
  type: 'object',
  properties: {
    apiKey: text,
    region: text,
    login: { type: 'object', properties: { password: text } },
  },
};
const secret = 'k"ey\\of-8-and-more';
const guard = secretGuard(schema, {
  apiKey: secret,
  region: 'eu-central-1',
  login: { password: 'correct horse' },
  unknown: 'never-declared',
  token: 'short',
});
const check = (content: unknown) => () => guard(Buffer.from(JSON.stringify(content)));

describe('secretGuard', () => {
  it.each([
    [secret, 'apiKey'],
    [Buffer.from(secret).toString('base64'), 'apiKey'],
    ['the correct horse is here', 'login'],
    ['never-declared', 'unknown'],
  ])('refuses %j, the value of %s', (value, field) => {
    const wanted = new RegExp(`secret config field "${field}"`, 'u');
    expect(check({ note: value })).toThrow(wanted);
    expect(check({ note: value })).toThrow(SandboxError);
  });

  it.each(['eu-central-1', 'short', 'anything else'])('lets %j pass', (value) => {
    expect(check({ note: value })).not.toThrow();
  });

  it('looks at a part of a larger buffer as what it is', () => {
    const whole = Buffer.from(`${secret}|harmless`);
    expect(() => guard(whole.subarray(secret.length))).not.toThrow();
  });
});
