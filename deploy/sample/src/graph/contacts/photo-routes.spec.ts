import { GraphCaller } from '../../../test/graph-caller.ts';

describe('photos of contacts', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  it('are sent as they are, and described', async () => {
    const [id] = [...graph.server.mailbox.photos.keys()];
    const photo = await graph.get(`/me/contacts/${id ?? ''}/photo/$value`);
    expect([photo.status, photo.headers['content-type']]).toEqual([200, 'image/png']);
    expect(photo.bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(photo.bytes.readUInt32BE(16)).toBe(96);
    const { body } = await graph.get(`/me/contacts/${id ?? ''}/photo`);
    expect(body).toMatchObject({ '@odata.mediaContentType': 'image/png', width: 96 });
  });

  it('are not found of who has none, and need the right to read contacts', async () => {
    const { mailbox } = graph.server;
    const without = mailbox.contacts.all().find(({ id }) => !mailbox.photos.has(id));
    const path = `/me/contacts/${without?.id ?? ''}/photo/$value`;
    const { status, body } = await graph.get(path);
    expect([status, body.error?.code]).toEqual([404, 'ErrorItemNotFound']);
    graph.token = graph.server.issueToken({ scopes: ['Mail.Read'] });
    expect((await graph.get(path)).status).toBe(403);
  });

  it('change the contact', async () => {
    const { rows, delta } = await graph.round('/me/contacts/delta');
    graph.server.mailbox.showPhoto(rows[0]?.id ?? '', undefined);
    expect((await graph.round(delta)).rows.map(({ id }) => id)).toEqual([rows[0]?.id]);
  });
});
