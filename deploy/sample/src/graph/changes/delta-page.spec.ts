import { GraphCaller } from '../../../test/graph-caller.ts';

describe('delta queries', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  it('pages a delta query as large as it was preferred, and says nothing of what did not change', async () => {
    const first = await graph.round('/me/contacts/delta?$select=displayName', {
      Prefer: 'odata.maxpagesize=50',
    });
    expect([first.rows.length, first.pages]).toEqual([120, 3]);
    expect(first.rows[0]).not.toHaveProperty('emailAddresses');
    const second = await graph.round(first.delta);
    expect(second.rows).toEqual([]);
    await graph.send('POST', '/me/contacts', { body: { displayName: 'New Person' } });
    const third = await graph.round(second.delta);
    // What was selected at first counts on.
    expect(third.rows).toEqual([
      {
        '@odata.type': '#microsoft.graph.contact',
        '@odata.etag': expect.any(String) as unknown,
        id: expect.any(String) as unknown,
        displayName: 'New Person',
      },
    ]);
  });

  it('tells changes and deletions of contacts', async () => {
    const { rows, delta } = await graph.round('/me/contacts/delta');
    const [changed, gone] = rows.map(({ id }) => id);
    const patched = await graph.send('PATCH', `/me/contacts/${encodeURIComponent(changed ?? '')}`, {
      body: { jobTitle: 'Countess' },
    });
    expect(patched.body['jobTitle']).toBe('Countess');
    expect((await graph.send('DELETE', `/me/contacts/${gone ?? ''}`)).status).toBe(204);
    expect((await graph.get(`/me/contacts/${gone ?? ''}`)).body.error?.code).toBe(
      'ErrorItemNotFound',
    );
    expect((await graph.round(delta)).rows).toEqual([
      expect.objectContaining({ id: changed, jobTitle: 'Countess' }),
      { '@removed': { reason: 'deleted' }, id: gone },
    ]);
  });

  it('leaves what changes in the middle of a round to the next one', async () => {
    const page = await graph.get('/me/contacts/delta', { Prefer: 'odata.maxpagesize=100' });
    const [first] = page.body.value;
    await graph.send('PATCH', `/me/contacts/${first?.id ?? ''}`, {
      body: { jobTitle: 'Countess' },
    });
    const rest = await graph.round(page.body['@odata.nextLink'] ?? '');
    expect(rest.rows).toHaveLength(20);
    expect((await graph.round(rest.delta)).rows.map(({ id }) => id)).toEqual([first?.id]);
  });

  it('answers 410 to delta tokens that have expired, and to those of another life', async () => {
    const contacts = await graph.round('/me/contacts/delta');
    const files = await graph.round('/me/drive/root/delta');
    graph.server.expireDeltaTokens();
    const outlook = await graph.get(contacts.delta);
    expect([outlook.status, outlook.body.error?.code]).toEqual([410, 'SyncStateNotFound']);
    const drive = await graph.get(files.delta);
    expect([drive.status, drive.body.error?.code]).toEqual([410, 'resyncRequired']);
    expect(drive.body.error?.innerError['code']).toBe('resyncChangesApplyDifferences');
    const fresh = await graph.get(String(drive.headers['location']));
    expect(fresh.body.value.length).toBe(64);
  });

  it('knows the delta tokens of another process as long as nothing was written', async () => {
    const before = await graph.round('/me/contacts/delta');
    await graph.stop();
    graph = await GraphCaller.start();
    expect((await graph.round(before.delta)).rows).toEqual([]);
    await graph.send('POST', '/me/contacts', { body: { displayName: 'New Person' } });
    const { delta, rows } = await graph.round(before.delta);
    expect(rows).toHaveLength(1);
    await graph.stop();
    graph = await GraphCaller.start();
    // The new person is not there any more: the client has to be told to begin again.
    expect((await graph.get(delta)).status).toBe(410);
  });

  it('refuses a delta token that is none, or belongs to another collection', async () => {
    expect((await graph.get('/me/contacts/delta?$deltatoken=x')).status).toBe(400);
    const { delta } = await graph.round('/me/contacts/delta');
    const foreign = delta.replace('/me/contacts/', '/me/mailFolders/inbox/messages/');
    expect((await graph.get(foreign)).body.error?.message).toContain('Badly formed token');
  });
});
