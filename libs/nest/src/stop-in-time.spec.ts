import { stopInTime } from './stop-in-time.ts';

describe('stopInTime', () => {
  it('says so when something never stops', async () => {
    await new Promise<void>((late) => {
      void stopInTime(() => new Promise(() => undefined), 1, late);
    });
  });

  it('says nothing when everything has stopped', async () => {
    let late = false;
    await stopInTime(
      () => Promise.resolve(),
      5,
      () => (late = true),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(late).toBe(false);
  });

  it('says nothing when stopping has failed, but passes the failure on', async () => {
    let late = false;
    const failing = stopInTime(
      () => Promise.reject(new Error('no')),
      5,
      () => (late = true),
    );
    await expect(failing).rejects.toThrow('no');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(late).toBe(false);
  });
});
