import { GraphCaller } from '../../../test/graph-caller.ts';
import { folderId } from './sample-messages.ts';

describe('mail', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  it('sends of a message whose read state alone has changed nothing else, as Outlook does', async () => {
    const folder = `/me/mailFolders/${folderId('Inbox')}/messages/delta`;
    const { rows, delta } = await graph.round(folder);
    const [id] = rows.map((row) => row.id);
    await graph.send('PATCH', `/me/messages/${id ?? ''}`, { body: { isRead: true } });
    const second = await graph.round(delta);
    expect(second.rows.map((row) => Object.keys(row).toSorted())).toEqual([
      ['@odata.etag', '@odata.type', 'id', 'isRead'],
    ]);
  });

  it('gives a message that moves another id, and tells both folders', async () => {
    const inbox = await graph.round('/me/mailFolders/inbox/messages/delta');
    const archive = await graph.round('/me/mailFolders/archive/messages/delta');
    const id = inbox.rows[0]?.id ?? '';
    const moved = await graph.send('POST', `/me/messages/${id}/move`, {
      body: { destinationId: 'archive' },
    });
    expect(moved.status).toBe(201);
    expect((await graph.round(inbox.delta)).rows).toEqual([
      { '@removed': { reason: 'deleted' }, id },
    ]);
    const [there] = (await graph.round(archive.delta)).rows;
    expect(there).toMatchObject({ id: moved.body['id'], subject: inbox.rows[0]?.['subject'] });
    expect(there?.id).not.toBe(id);
  });

  it('sends bodies as HTML, or as text when that is preferred', async () => {
    const path = '/me/mailFolders/inbox/messages/delta';
    const { body } = await graph.get(path);
    expect(body.value[0]?.['body']).toMatchObject({ contentType: 'html' });
    const text = await graph.get(path, { Prefer: 'outlook.body-content-type="text"' });
    expect(text.body.value[0]?.['body']).toMatchObject({ contentType: 'text' });
    expect(text.headers['preference-applied']).toBe('outlook.body-content-type="text"');
  });

  it('lists mail folders by level, all by delta, and knows well-known names', async () => {
    const top = await graph.get('/me/mailFolders?$top=50');
    const names = top.body.value.map((folder) => folder['displayName']);
    expect(names).toContain('Inbox');
    expect(names).not.toContain('Invoices');
    const children = await graph.get('/me/mailFolders/inbox/childFolders');
    expect(children.body.value).toMatchObject([{ displayName: 'Invoices', totalItemCount: 15 }]);
    expect((await graph.round('/me/mailFolders/delta')).rows).toHaveLength(8);
  });
});
