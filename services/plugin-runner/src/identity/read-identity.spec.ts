import { readIdentity } from './read-identity.ts';

const whole = {
  credentials: 'c',
  ticket: 't',
  walletSigningKey: 'k',
  expiresInSeconds: 60,
};

describe('readIdentity', () => {
  it('reads what is there and nothing else', () => {
    expect(readIdentity(JSON.stringify({ ...whole, other: 1 }))).toEqual(whole);
  });

  it.each(Object.keys(whole))('refuses an answer without %s', (name) => {
    const rest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
    expect(() => readIdentity(JSON.stringify(rest))).toThrow(
      expect.objectContaining({ code: 'runner.identity' }),
    );
    expect(() => readIdentity('null')).toThrow(/lacks/u);
  });
});
