import { Account, failed, root } from '../../test/account.ts';

const inbox = '/me/mailFolders/in/messages/delta';
const message = {
  id: 'm1',
  subject: 'Offer',
  conversationId: 't',
  receivedDateTime: '2026-01-01T00:00:00Z',
  parentFolderId: 'in',
  hasAttachments: true,
};
const attachment = (id: string, more: object = {}): object => ({
  '@odata.type': '#microsoft.graph.fileAttachment',
  id,
  name: `${id}.pdf`,
  contentType: 'application/pdf',
  size: 1000,
  isInline: false,
  lastModifiedDateTime: '2026-01-01T00:00:00Z',
  ...more,
});
const list = '/me/messages/m1/attachments';
const contentOf = (id: string): string => `${list}/${id}/$value`;

describe('attachments of mails', () => {
  let account: Account;
  let round: number;
  beforeEach(() => {
    account = new Account();
    account.config['sync'] = ['mail'];
    account.on('/me/mailFolders/delta', {
      value: [{ id: 'in', displayName: 'Inbox', parentFolderId: 'root' }],
      '@odata.deltaLink': `${root}/me/mailFolders/delta?$deltatoken=1`,
    });
    for (const name of ['drafts', 'outbox', 'deleteditems', 'junkemail', 'sentitems'])
      account.on(`/me/mailFolders/${name}`, failed(404, 'ErrorItemNotFound'));
    round = 0;
  });
  /** A sync that meets these rows; gives the attachments of the last message. */
  const meet = async (...value: object[]): Promise<unknown> => {
    const path = round === 0 ? inbox : `${inbox}?$deltatoken=${String(round)}`;
    round++;
    account.fetched.length = 0;
    account.on(path, { value, '@odata.deltaLink': `${root}${inbox}?$deltatoken=${String(round)}` });
    await account.sync();
    return account.items.at(-1)?.data['attachments'];
  };
  const file = expect.stringMatching(/^[0-9a-f]{64}$/u) as unknown;

  it('are files with content, pictures of the text, other items and links by name alone', async () => {
    account.on(list, {
      value: [
        attachment('f1'),
        attachment('logo', { isInline: true, contentType: 'image/png' }),
        attachment('item', { '@odata.type': '#microsoft.graph.itemAttachment', contentType: null }),
        attachment('link', { '@odata.type': '#microsoft.graph.referenceAttachment' }),
      ],
    });
    account.on(contentOf('f1'), { content: 'offer' });
    expect(await meet(message)).toEqual([
      { name: 'f1.pdf', mime_type: 'application/pdf', size_bytes: 5, file_id: file },
      { name: 'logo.pdf', mime_type: 'image/png', size_bytes: 1000, is_inline: true },
      { name: 'item.pdf', size_bytes: 1000 },
      { name: 'link.pdf', mime_type: 'application/pdf', size_bytes: 1000 },
    ]);
    expect(account.fetched).toEqual([contentOf('f1')]);
    expect(account.asked).toContain(
      `${list}?$select=name,contentType,size,isInline,lastModifiedDateTime`,
    );
  });

  it('are not asked for of a mail without any, nor when they are not wanted', async () => {
    await meet({ ...message, hasAttachments: false });
    account.config['attachments'] = false;
    expect(await meet(message)).toBeUndefined();
    expect(account.asked.filter((path) => path.startsWith(list))).toEqual([]);
  });

  it('are by name alone when they are larger than wanted, or more than ten', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `f${String(index)}`);
    const large = attachment('large', { size: 3 * 1024 * 1024 });
    account.config['attachmentLimitMb'] = 2;
    account.on(list, { value: [large, ...ids.map((id) => attachment(id))] });
    for (const id of ids) account.on(contentOf(id), { content: id });
    expect(await meet(message)).toHaveLength(13);
    expect(account.fetched).toEqual(ids.slice(0, 10).map(contentOf));
  });

  it('are not fetched again when the mail was only read', async () => {
    account.on(list, { value: [attachment('f1')] });
    account.on(contentOf('f1'), { content: 'offer' });
    const before = await meet(message);
    account.on('/me/messages/m1', { ...message, isRead: true });
    expect(await meet({ id: 'm1', isRead: true })).toEqual(before);
    expect(account.fetched).toEqual([]);

    const changed = attachment('f1', { lastModifiedDateTime: '2026-02-01T00:00:00Z' });
    account.on(list, { value: [changed] });
    account.on(contentOf('f1'), { content: 'another offer' });
    expect(await meet(message)).toMatchObject([{ size_bytes: 13 }]);
    expect(account.fetched).toEqual([contentOf('f1')]);
  });

  it('are fetched again when everything is read again', async () => {
    account.on(list, { value: [attachment('f1')] });
    account.on(contentOf('f1'), { content: 'offer' });
    await meet(message);
    account.fetched.length = 0;
    account.on(`${inbox}?$deltatoken=1`, failed(410, 'SyncStateNotFound'));
    await account.sync();
    expect(account.fetched).toEqual([contentOf('f1')]);
  });

  it('cost the mail nothing else when one cannot be had, or not even their names', async () => {
    account.on(list, { value: [attachment('f1'), attachment('f2')] });
    account.on(contentOf('f1'), failed(500, 'generalException'));
    account.on(contentOf('f2'), { content: 'offer' });
    expect(await meet(message)).toMatchObject([{ name: 'f1.pdf' }, { file_id: file }]);
    account.on(list, failed(403, 'ErrorAccessDenied'));
    expect(await meet({ ...message, id: 'm1' })).toBeUndefined();
    expect(account.records.filter((record) => record !== 'saved')).toEqual([
      'message m1',
      'message m1',
    ]);
    expect(account.warnings).toEqual([
      'the attachment "f1.pdf" cannot be had and is left out',
      'what is attached to "Offer" cannot be had and is left out',
    ]);
  });

  it('leave a long wait to the platform', async () => {
    account.on(list, { value: [attachment('f1')] });
    account.on(contentOf('f1'), failed(503, 'serviceNotAvailable', { retryAfterMs: 60_000 }));
    await expect(meet(message)).rejects.toMatchObject({ status: 503, retryAfterMs: 60_000 });
  });
});
