import { Link } from './link.ts';

describe('Link', () => {
  it('lets work wait until the connection stands again', async () => {
    const link = new Link();
    link.set(false);
    const waiting = link.whenUp(60_000);
    link.set(true);
    expect(await waiting).toBe(true);
  });

  it('does not let it wait longer than it wants', async () => {
    const link = new Link();
    link.set(false);
    expect(await link.whenUp(1)).toBe(false);
  });

  it('tells of changes only, and only those who still listen', () => {
    const link = new Link();
    const heard: boolean[] = [];
    const release = link.onChange((up) => heard.push(up));
    link.set(true);
    link.set(false);
    link.set(false);
    release();
    link.set(true);
    expect(heard).toEqual([false]);
  });
});
