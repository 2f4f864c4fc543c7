import { Account, failed, root } from '../../test/account.ts';

const contacts = '/me/contacts/delta';
const photoOf = (id: string): string => `/me/contacts/${id}/photo/$value`;

describe('photos of contacts', () => {
  let account: Account;
  beforeEach(() => {
    account = new Account();
    account.config['sync'] = ['contacts'];
  });
  const meet = async (...ids: string[]): Promise<void> => {
    account.on(contacts, {
      value: ids.map((id) => ({ id, displayName: id, emailAddresses: [] })),
      '@odata.deltaLink': `${root}${contacts}?$deltatoken=1`,
    });
    await account.sync();
  };
  const photos = (): unknown[] => account.items.map(({ data }) => data['photo_file_id']);

  it('are kept, and named by the person', async () => {
    account.on(photoOf('a'), { content: 'picture' });
    await meet('a', 'b');
    expect(photos()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/u), undefined]);
    expect(account.items[0]?.raw).toMatchObject({ '@madeopen.photo': photos()[0] });
    expect(account.warnings).toEqual([]);
  });

  it('are asked for only of contacts that have changed', async () => {
    await meet('a', 'b');
    account.fetched.length = 0;
    account.on(`${contacts}?$deltatoken=1`, {
      value: [
        { id: 'b', displayName: 'B' },
        { id: 'a', '@removed': { reason: 'deleted' } },
      ],
      '@odata.deltaLink': `${root}${contacts}?$deltatoken=2`,
    });
    await account.sync();
    expect(account.fetched).toEqual([photoOf('b')]);
  });

  it('are not asked for when they are not wanted', async () => {
    account.config['photos'] = false;
    await meet('a');
    expect(account.fetched).toEqual([]);
  });

  it.each([
    ['is refused', failed(403, 'ErrorAccessDenied')],
    ['is gone', failed(410, 'Gone')],
    ['is too large', Object.assign(new Error('too large'), { code: 'egress.response_too_large' })],
  ])('cost the person nothing else when one %s', async (_, answer) => {
    account.on(photoOf('a'), answer);
    account.on(photoOf('b'), { content: 'picture' });
    await meet('a', 'b');
    expect(account.records).toEqual(['person a', 'person b', 'saved', 'saved']);
    expect(photos()).toEqual([undefined, expect.any(String)]);
    expect(account.warnings).toEqual(['the photo of "a" cannot be had and is left out']);
  });

  it('end the run when Graph asks for a long wait, behind what was brought before', async () => {
    account.on(photoOf('b'), failed(429, 'TooManyRequests', { retryAfterMs: 60_000 }));
    await expect(meet('a', 'b')).rejects.toMatchObject({ status: 429, retryAfterMs: 60_000 });
    expect(account.records).toEqual(['person a']);
  });

  it('end the run when the token is not good any more', async () => {
    account.on(photoOf('a'), failed(401, 'InvalidAuthenticationToken'));
    await expect(meet('a')).rejects.toThrow('put a fresh accessToken into the config');
  });

  it('end the run when the platform itself fails, and are asked for again by the next', async () => {
    const away = Object.assign(new Error('no answer'), { code: 'bus.call_timeout' });
    account.on(photoOf('a'), away, away, away, { content: 'picture' });
    await expect(meet('a')).rejects.toBe(away);
    await account.sync();
    expect(photos()).toEqual([expect.any(String)]);
  });

  it('are fetched once when they are too large', async () => {
    const tooLarge = Object.assign(new Error('too large'), { code: 'files.too_large' });
    account.on(photoOf('a'), tooLarge);
    await meet('a');
    expect(account.fetched).toEqual([photoOf('a')]);
    expect(account.warnings).toEqual(['the photo of "a" cannot be had and is left out']);
  });

  it('end the run when it is stopped', async () => {
    account.isStopped = true;
    account.on(photoOf('a'), failed(403, 'ErrorAccessDenied'));
    await expect(meet('a')).rejects.toThrow('403');
  });

  it('do not fill the log with warnings', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `c${String(index)}`);
    for (const id of ids) account.on(photoOf(id), failed(403, 'ErrorAccessDenied'));
    await meet(...ids);
    expect(account.items).toHaveLength(30);
    expect(account.warnings).toHaveLength(21);
    expect(account.warnings.at(-1)).toBe('further files that cannot be had are not named');
  });
});
