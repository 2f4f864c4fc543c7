import { TooManyRequestsError, UnauthenticatedError } from '../errors.ts';
import { AdmitKey } from './admit-key.ts';
import type { PresentedKey } from './api-key.ts';

const header = (id: string, letter = 's'): string => `Bearer mop_${id}_${letter.repeat(43)}`;
const known = 'known0000001';

describe('AdmitKey', () => {
  let nowMs = 0;
  let asked: string[];
  let door: AdmitKey;

  beforeEach(() => {
    asked = [];
    door = new AdmitKey({ perSecond: 1, burst: 3 }, () => nowMs);
  });

  const authenticate = ({ id }: PresentedKey): Promise<{ keyId: string } | undefined> => {
    asked.push(id);
    return Promise.resolve(id === known ? { keyId: id } : undefined);
  };
  const admit = (authorization: string | undefined, address = 'a') =>
    door.admit({ authorization, address }, { key: authenticate });

  it('gives who holds the key, and asks for nobody when there is none', async () => {
    expect(await admit(header(known))).toEqual({ keyId: known });
    await expect(admit(undefined)).rejects.toThrow(UnauthenticatedError);
    expect(asked).toEqual([known]);
  });

  it('lets an address that guessed five times wait, but nobody who has a right key', async () => {
    for (let n = 0; n < 5; n++)
      await expect(admit(header('guess0000000'))).rejects.toThrow(UnauthenticatedError);
    await expect(admit(header('guess0000000'))).rejects.toThrow(TooManyRequestsError);
    await expect(admit(undefined)).rejects.toThrow(TooManyRequestsError);
    await expect(admit(header(known))).resolves.toBeDefined();
    await expect(admit(header('guess0000000'), 'b')).rejects.toThrow(UnauthenticatedError);
    nowMs += 60_000;
    await expect(admit(header('guess0000000'))).rejects.toThrow(UnauthenticatedError);
  });

  it('lets in with an access token where somebody knows them, and says why one is refused', async () => {
    const token = (text: string): Promise<{ keyId: string }> =>
      text === 'right.access.token'
        ? Promise.resolve({ keyId: 'ada' })
        : Promise.reject(new UnauthenticatedError('the token has expired', 'token.expired'));
    const ask = (authorization: string, holders = { key: authenticate, token }) =>
      door.admit({ authorization, address: 'a' }, holders);
    expect(await ask('Bearer right.access.token')).toEqual({ keyId: 'ada' });
    expect(await ask(header(known))).toEqual({ keyId: known });
    await expect(admit('Bearer right.access.token')).rejects.toThrow(UnauthenticatedError);
    for (let n = 1; n < 5; n++)
      await expect(ask('Bearer wrong.access.token')).rejects.toMatchObject({
        code: 'token.expired',
      });
    await expect(ask('Bearer wrong.access.token')).rejects.toThrow(TooManyRequestsError);
    expect(await ask('Bearer right.access.token')).toEqual({ keyId: 'ada' });
  });

  it('counts nothing against an address when nobody can say who holds a token', async () => {
    const away = () => Promise.reject(new Error('the issuer does not answer'));
    for (let n = 0; n < 6; n++)
      await expect(
        door.admit(
          { authorization: 'Bearer some.access.token', address: 'a' },
          { key: authenticate, token: away },
        ),
      ).rejects.toThrow('does not answer');
    await expect(admit(header('guess0000000'))).rejects.toThrow(UnauthenticatedError);
  });

  it('slows down a key that asks too much', async () => {
    for (let n = 0; n < 3; n++) await admit(header(known));
    await expect(admit(header(known))).rejects.toMatchObject({ retryAfterSeconds: 1 });
    nowMs += 1000;
    await expect(admit(header(known))).resolves.toBeDefined();
  });
});
