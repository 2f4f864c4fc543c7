import { InvalidRequestError } from '../errors.ts';
import { orUnavailable } from './or-unavailable.ts';

const withCode = (code: string) => Object.assign(new Error('no'), { code });

describe('orUnavailable', () => {
  it.each(['57P01', '25P03', '55P03', 'ECONNREFUSED'])('is unavailable: %s', async (code) => {
    await expect(orUnavailable(Promise.reject(withCode(code)))).rejects.toMatchObject({
      code: 'gateway.unavailable',
      retry: 'later',
    });
  });

  it('lets through what is wrong with our data, and what this service itself says', async () => {
    for (const error of [withCode('22P05'), withCode('42703'), new InvalidRequestError('no')])
      await expect(orUnavailable(Promise.reject(error))).rejects.toBe(error);
  });
});
