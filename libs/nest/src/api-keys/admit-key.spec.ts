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
    door.admit({ authorization, address }, authenticate);

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

  it('slows down a key that asks too much', async () => {
    for (let n = 0; n < 3; n++) await admit(header(known));
    await expect(admit(header(known))).rejects.toMatchObject({ retryAfterSeconds: 1 });
    nowMs += 1000;
    await expect(admit(header(known))).resolves.toBeDefined();
  });
});
