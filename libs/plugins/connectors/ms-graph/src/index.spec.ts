import { validateManifest } from '@made-open/plugin-sdk';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Account, failed, root } from '../test/account.ts';
import { plugin } from './index.ts';

const year = new Date().getUTCFullYear();
const contacts = '/me/contacts/delta';
const delta = (path: string, value: object[], token = '1'): object => ({
  value,
  '@odata.deltaLink': `${root}${path}?$deltatoken=${token}`,
});
const next = (path: string, value: object[], token: string): object => ({
  value,
  '@odata.nextLink': `${root}${path}?$skiptoken=${token}`,
});
const contact = (id: string): object => ({ id, displayName: id, emailAddresses: [] });

describe('the Microsoft Graph connector', () => {
  let account: Account;
  beforeEach(() => {
    account = new Account();
  });

  it('follows pages, saves behind each, and goes on from the delta link', async () => {
    account.config['sync'] = ['contacts'];
    account.on(contacts, next(contacts, [contact('a'), contact('b')], 'p2'));
    account.on(`${contacts}?$skiptoken=p2`, delta(contacts, [contact('c')]));
    await account.sync();
    expect(account.records).toEqual([
      'person a',
      'person b',
      'saved',
      'person c',
      'saved',
      'saved',
    ]);
    account.asked.length = 0;
    account.records.length = 0;
    account.on(
      `${contacts}?$deltatoken=1`,
      delta(contacts, [{ '@removed': { reason: 'deleted' }, id: 'b' }, contact('a')], '2'),
    );
    await account.sync();
    expect(account.records).toEqual(['gone person b', 'person a', 'saved', 'saved']);
    expect(account.asked).toEqual(['/me/contactFolders', `${contacts}?$deltatoken=1`]);
  });

  it('goes on in the middle of a round that was interrupted', async () => {
    account.config['sync'] = ['contacts'];
    account.on(contacts, next(contacts, [contact('a')], 'p2'));
    account.on(`${contacts}?$skiptoken=p2`, failed(500, 'generalException'));
    await expect(account.sync()).rejects.toThrow('answered 500 to GET /me/contacts/delta');
    account.on(`${contacts}?$skiptoken=p2`, delta(contacts, [contact('b')]));
    await account.sync();
    expect(account.records.filter((record) => record !== 'saved')).toEqual([
      'person a',
      'person b',
    ]);
  });

  it('brings events but for the occurrences of a series, within three years', async () => {
    account.config['sync'] = ['calendar'];
    account.on('/me/calendars', {
      value: [{ id: 'c1', name: 'Calendar', isDefaultCalendar: true }],
    });
    const path = '/me/calendars/c1/calendarView/delta';
    const start = { dateTime: '2026-01-01T09:00:00.0000000', timeZone: 'UTC' };
    account.on(
      path,
      delta(path, [
        { id: 'e1', type: 'singleInstance', start },
        { id: 'e2', type: 'seriesMaster', start },
        { id: 'e3', type: 'occurrence', start, seriesMasterId: 'e2' },
        { id: 'e4', '@removed': { reason: 'deleted' } },
      ]),
    );
    await account.sync();
    expect(account.records).toEqual([
      'calendar_event e1',
      'calendar_event e2',
      'gone calendar_event e4',
      'saved',
      'saved',
    ]);
    expect(account.asked).toContain(
      `${path}?startDateTime=${String(year - 1)}-01-01T00:00:00Z&endDateTime=${String(year + 2)}-01-01T00:00:00Z`,
    );
  });

  it('leaves out a calendar of somebody else that cannot be followed, and says so', async () => {
    account.config['sync'] = ['calendar'];
    account.on('/me/calendars', { value: [{ id: 'c2', name: 'Team', isDefaultCalendar: false }] });
    account.on('/me/calendars/c2/calendarView/delta', failed(403, 'ErrorAccessDenied'));
    await account.sync();
    expect(account.warnings).toEqual(['calendar "Team" cannot be followed and is left out']);
  });

  describe('of mail', () => {
    const folder = (id: string, displayName: string, parentFolderId = 'root'): object => ({
      id,
      displayName,
      parentFolderId,
    });
    const inbox = '/me/mailFolders/in/messages/delta';
    const message = (id: string): object => ({
      id,
      conversationId: 't',
      receivedDateTime: '2026-01-01T00:00:00Z',
      parentFolderId: 'in',
    });

    beforeEach(() => {
      account.config['sync'] = ['mail'];
      account.on(
        '/me/mailFolders/delta',
        delta('/me/mailFolders/delta', [
          folder('in', 'Inbox'),
          folder('in2', 'Invoices', 'in'),
          folder('trash', 'Deleted Items'),
          folder('trash2', 'Old', 'trash'),
        ]),
      );
      account.on('/me/mailFolders/deleteditems', { id: 'trash' });
      for (const name of ['drafts', 'outbox', 'junkemail'])
        account.on(`/me/mailFolders/${name}`, failed(404, 'ErrorItemNotFound'));
    });
    const followed = (): string[] =>
      account.asked
        .filter((path) => path.includes('/messages/delta'))
        .map((path) => path.split('/')[3] ?? '');

    it('reads every folder but those of what was thrown away', async () => {
      await account.sync();
      expect(followed()).toEqual(['in', 'in2']);
    });

    it('reads the named folders alone, when there are names', async () => {
      account.config['mailFolders'] = ['INVOICES'];
      await account.sync();
      expect(followed()).toEqual(['in2']);
    });

    it('asks for the whole of a message whose row is partial, and takes one that is gone meanwhile for gone', async () => {
      account.on(
        inbox,
        delta(inbox, [message('m1'), { id: 'm2', isRead: true }, { id: 'm3', isRead: true }]),
      );
      account.on('/me/messages/m2', message('m2'));
      account.on('/me/messages/m3', failed(404, 'ErrorItemNotFound'));
      await account.sync();
      expect(account.records.slice(0, 3)).toEqual(['message m1', 'message m2', 'gone message m3']);
    });

    it('reads everything again when a folder is gone, since nobody tells what was in it', async () => {
      account.on(inbox, delta(inbox, [message('m1')]));
      await account.sync();
      account.records.length = 0;
      account.on('/me/mailFolders/delta', delta('/me/mailFolders/delta', [folder('in', 'Inbox')]));
      await account.sync();
      expect(account.records).toEqual(['reset', 'message m1', 'saved', 'saved']);
    });

    it('asks for fewer rows when an answer is too large', async () => {
      const tooLarge = Object.assign(new Error('too large'), { code: 'egress.response_too_large' });
      let refusals = 2;
      account.on(inbox, () => {
        if (refusals-- > 0) throw tooLarge;
        return delta(inbox, [message('m1')]);
      });
      await account.sync();
      expect(account.records).toContain('message m1');
    });
  });

  it('brings files, neither folders nor notebooks, and what was deleted', async () => {
    account.config['sync'] = ['files'];
    const path = '/me/drive/root/delta';
    account.on(path, {
      value: [
        { id: 'root', root: {}, folder: {} },
        { id: 'd1', folder: {} },
        { id: 'f1', name: 'a.txt', file: {}, parentReference: {} },
        { id: 'f2', file: {}, deleted: { state: 'deleted' } },
        { id: 'n1', package: { type: 'oneNote' }, parentReference: {} },
      ],
      '@odata.deltaLink': `${root}${path}(token='1')`,
    });
    await account.sync();
    expect(account.records).toEqual(['document f1', 'gone document f2', 'saved', 'saved']);
    account.on(`${path}(token='1')`, {
      value: [],
      '@odata.deltaLink': `${root}${path}(token='1')`,
    });
    await account.sync();
    expect(account.asked.at(-1)).toBe(`${path}(token='1')`);
  });

  it.each([
    [410, 'resyncRequired'],
    [410, 'SyncStateNotFound'],
    [400, 'SyncStateInvalid'],
  ])('reads everything again behind %i %s', async (status, code) => {
    account.config['sync'] = ['contacts'];
    account.on(contacts, delta(contacts, [contact('a')]));
    await account.sync();
    account.records.length = 0;
    account.on(`${contacts}?$deltatoken=1`, failed(status, code), delta(contacts, []));
    await account.sync();
    expect(account.records).toEqual(['reset', 'person a', 'saved', 'saved']);
    expect(account.warnings).toEqual(['everything is read again']);
  });

  it('reads everything again in a new year, when another calendar window counts', async () => {
    account.saved = { window: `${String(year - 2)}-01-01T00:00:00Z`, links: {} };
    account.config['sync'] = ['contacts'];
    account.on(contacts, delta(contacts, [contact('a')]));
    await account.sync();
    expect(account.records).toEqual(['reset', 'person a', 'saved', 'saved']);
  });

  it.each([
    [401, 'InvalidAuthenticationToken', 'put a fresh accessToken into the config'],
    [403, 'ErrorAccessDenied', 'lacks Contacts.Read'],
  ])('says of %i what to do, and keeps the status', async (status, code, advice) => {
    account.on('/me/contactFolders', failed(status, code));
    await expect(account.sync()).rejects.toMatchObject({
      status,
      code: 'http.status',
      message: expect.stringContaining(advice) as unknown,
    });
  });

  it('leaves a long wait to the platform', async () => {
    account.on('/me/contactFolders', failed(429, 'TooManyRequests', { retryAfterMs: 60_000 }));
    await expect(account.sync()).rejects.toMatchObject({ status: 429, retryAfterMs: 60_000 });
  });

  it('does not follow a link to another host', async () => {
    account.config['sync'] = ['contacts'];
    account.on(contacts, { value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/x' });
    await expect(account.sync()).rejects.toThrow('a page at another host');
  });

  it('has the manifest of the founding guide as 0.1.0, byte for byte', () => {
    const texts = [
      '../manifests/0.1.0/plugin.json',
      '../../../../plugin-sdk/test/guide/manifests/com.microsoft.graph.json',
    ].map((path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8'));
    expect(texts[0]).toBe(texts[1]);
  });

  it.each(['plugin.json', 'manifests/0.1.0/plugin.json', 'manifests/0.2.0/plugin.json'])(
    'has a right manifest in %s',
    (path) => {
      const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
      const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
      expect(validateManifest(manifest)).toEqual({ valid: true, errors: [] });
      expect(manifest).toMatchObject({ id: plugin.id });
    },
  );
});
