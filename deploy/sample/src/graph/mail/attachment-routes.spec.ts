import { GraphCaller, type Page } from '../../../test/graph-caller.ts';

describe('attachments', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  /** A message with an attachment of this kind. */
  const holderOf = (kind: string): { path: string; id: string } => {
    for (const [messageId, attachments] of graph.server.mailbox.attachments) {
      const found = attachments.find((attachment) => attachment.kind === kind);
      if (found !== undefined)
        return { path: `/me/messages/${messageId}/attachments`, id: found.id };
    }
    throw new Error(`no ${kind}`);
  };
  const kinds = async (path: string): Promise<Page['value']> =>
    (await graph.get(`${path}?$select=name,contentType,size,isInline`)).body.value;

  it('belong to every message that says so', async () => {
    const { rows } = await graph.round('/me/mailFolders/inbox/messages/delta');
    const holders = rows.filter((row) => row['hasAttachments'] === true);
    expect(holders.length).toBeGreaterThan(0);
    for (const { id } of holders)
      expect((await kinds(`/me/messages/${id}/attachments`)).length).toBeGreaterThan(0);
  });

  it('are listed with the content of files, unless it is not selected', async () => {
    const { path, id } = holderOf('fileAttachment');
    const one = (await graph.get(`${path}/${id}`)).body;
    expect(one['@odata.type']).toBe('#microsoft.graph.fileAttachment');
    const content = Buffer.from(String(one['contentBytes']), 'base64');
    const { bytes, headers } = await graph.get(`${path}/${id}/$value`);
    expect(bytes.equals(content)).toBe(true);
    expect(headers['content-type']).toBe(one['contentType']);
    expect((await kinds(path))[0]).not.toHaveProperty('contentBytes');
  });

  it('give another item as MIME, and nothing of a link', async () => {
    const item = holderOf('itemAttachment');
    expect((await graph.get(`${item.path}/${item.id}/$value`)).bytes.toString()).toContain(
      'Subject: ',
    );
    const link = holderOf('referenceAttachment');
    expect((await graph.get(`${link.path}/${link.id}/$value`)).status).toBe(405);
    expect((await graph.get(`${link.path}/other`)).status).toBe(404);
  });

  it('go with a message that moves', async () => {
    const [messageId = '', attachments] = [...graph.server.mailbox.attachments][0] ?? [];
    const { body } = await graph.send('POST', `/me/messages/${messageId}/move`, {
      body: { destinationId: 'archive' },
    });
    const there = await kinds(`/me/messages/${String(body['id'])}/attachments`);
    expect(there.map(({ name }) => name)).toEqual(attachments?.map(({ name }) => name));
  });
});
