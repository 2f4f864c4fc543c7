import { request } from 'node:https';
import { GraphServer, graphHost } from './graph-server.ts';
import { sampleMailbox } from './mailbox/sample-mailbox.ts';
import { folderId } from './mail/sample-messages.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Page;
}

interface Page {
  readonly value: readonly (Record<string, unknown> & { id: string })[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
  readonly error?: { code: string; message: string; innerError: Record<string, string> };
  readonly [name: string]: unknown;
}

const year = 2026;
const calendarView =
  '/me/calendarView/delta?startDateTime=2025-01-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z';

describe('GraphServer', () => {
  let server: GraphServer;
  let token: string;

  beforeEach(async () => {
    server = await GraphServer.start({ mailbox: sampleMailbox(year) });
    token = server.issueToken();
  });
  afterEach(() => server.stop());

  const send = (
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: object } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = request(
        {
          method,
          host: '127.0.0.1',
          port: server.port,
          path: path.startsWith('https:')
            ? path.slice(`https://${graphHost}`.length)
            : `/v1.0${path}`,
          servername: graphHost,
          ca: server.identity.ca,
          headers: { Authorization: `Bearer ${token}`, Host: graphHost, ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: (text === '' ? {} : JSON.parse(text)) as Page,
            }),
          );
        },
      );
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    send('GET', path, { headers });
  const large = { Prefer: 'odata.maxpagesize=1000' };

  /** All pages of a round. */
  const round = async (
    path: string,
    headers: Record<string, string> = large,
  ): Promise<{ rows: Page['value']; pages: number; delta: string }> => {
    const rows: (Record<string, unknown> & { id: string })[] = [];
    let next: string | undefined = path;
    let pages = 0;
    for (;;) {
      const { status, body }: Answer = await get(next, headers);
      expect(status).toBe(200);
      rows.push(...body.value);
      pages++;
      next = body['@odata.nextLink'];
      if (next === undefined) return { rows, pages, delta: body['@odata.deltaLink'] ?? '' };
    }
  };

  it('holds a few hundred entities, the same in every process of a year', async () => {
    const contacts = await round('/me/contacts/delta');
    const events = await round(calendarView);
    const mail = await round(`/me/mailFolders/inbox/messages/delta`);
    const files = await round('/me/drive/root/delta');
    const all = [contacts, events, mail, files].flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(all.length).toBeGreaterThan(300);
    expect(new Set(all).size).toBe(all.length);
    expect(sampleMailbox(year).contacts.all()).toEqual(server.mailbox.contacts.all());
    expect(contacts.rows[0]).toMatchObject({
      displayName: 'Ada Lovelace',
      '@odata.etag': expect.stringMatching(/^W\/".+"$/u) as unknown,
    });
  });

  it('pages a list by $top and $skip, and selects', async () => {
    const { body } = await get('/me/contacts?$top=7&$select=displayName&$count=true');
    expect(body.value).toHaveLength(7);
    expect(Object.keys(body.value[0] ?? {}).toSorted()).toEqual([
      '@odata.etag',
      '@odata.type',
      'displayName',
      'id',
    ]);
    expect(body['@odata.count']).toBe(120);
    const next = await get(body['@odata.nextLink'] ?? '');
    expect(next.body.value).toHaveLength(7);
    expect(next.body.value[0]?.id).not.toBe(body.value[0]?.id);
    expect((await get('/me/contacts')).body.value).toHaveLength(10);
  });

  it('pages a delta query as large as it was preferred, and says nothing of what did not change', async () => {
    const first = await round('/me/contacts/delta?$select=displayName', {
      Prefer: 'odata.maxpagesize=50',
    });
    expect([first.rows.length, first.pages]).toEqual([120, 3]);
    expect(first.rows[0]).not.toHaveProperty('emailAddresses');
    const second = await round(first.delta);
    expect(second.rows).toEqual([]);
    await send('POST', '/me/contacts', { body: { displayName: 'New Person' } });
    const third = await round(second.delta);
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
    const { rows, delta } = await round('/me/contacts/delta');
    const [changed, gone] = rows.map(({ id }) => id);
    const patched = await send('PATCH', `/me/contacts/${encodeURIComponent(changed ?? '')}`, {
      body: { jobTitle: 'Countess' },
    });
    expect(patched.body['jobTitle']).toBe('Countess');
    expect((await send('DELETE', `/me/contacts/${gone ?? ''}`)).status).toBe(204);
    expect((await get(`/me/contacts/${gone ?? ''}`)).body.error?.code).toBe('ErrorItemNotFound');
    expect((await round(delta)).rows).toEqual([
      expect.objectContaining({ id: changed, jobTitle: 'Countess' }),
      { '@removed': { reason: 'deleted' }, id: gone },
    ]);
  });

  it('leaves what changes in the middle of a round to the next one', async () => {
    const page = await get('/me/contacts/delta', { Prefer: 'odata.maxpagesize=100' });
    const [first] = page.body.value;
    await send('PATCH', `/me/contacts/${first?.id ?? ''}`, { body: { jobTitle: 'Countess' } });
    const rest = await round(page.body['@odata.nextLink'] ?? '');
    expect(rest.rows).toHaveLength(20);
    expect((await round(rest.delta)).rows.map(({ id }) => id)).toEqual([first?.id]);
  });

  it('sends of a message whose read state alone has changed nothing else, as Outlook does', async () => {
    const folder = `/me/mailFolders/${folderId('Inbox')}/messages/delta`;
    const { rows, delta } = await round(folder);
    const [id] = rows.map((row) => row.id);
    await send('PATCH', `/me/messages/${id ?? ''}`, { body: { isRead: true } });
    const second = await round(delta);
    expect(second.rows.map((row) => Object.keys(row).toSorted())).toEqual([
      ['@odata.etag', '@odata.type', 'id', 'isRead'],
    ]);
  });

  it('gives a message that moves another id, and tells both folders', async () => {
    const inbox = await round('/me/mailFolders/inbox/messages/delta');
    const archive = await round('/me/mailFolders/archive/messages/delta');
    const id = inbox.rows[0]?.id ?? '';
    const moved = await send('POST', `/me/messages/${id}/move`, {
      body: { destinationId: 'archive' },
    });
    expect(moved.status).toBe(201);
    expect((await round(inbox.delta)).rows).toEqual([{ '@removed': { reason: 'deleted' }, id }]);
    const [there] = (await round(archive.delta)).rows;
    expect(there).toMatchObject({ id: moved.body['id'], subject: inbox.rows[0]?.['subject'] });
    expect(there?.id).not.toBe(id);
  });

  it('sends bodies as HTML, or as text when that is preferred', async () => {
    const path = '/me/mailFolders/inbox/messages/delta';
    const { body } = await get(path);
    expect(body.value[0]?.['body']).toMatchObject({ contentType: 'html' });
    const text = await get(path, { Prefer: 'outlook.body-content-type="text"' });
    expect(text.body.value[0]?.['body']).toMatchObject({ contentType: 'text' });
    expect(text.headers['preference-applied']).toBe('outlook.body-content-type="text"');
  });

  it('shows a series in a calendar view by its master, bare occurrences and exceptions', async () => {
    const { rows } = await round(calendarView);
    const types = Map.groupBy(rows, (row) => row['type']);
    expect(Object.fromEntries([...types].map(([type, { length }]) => [type, length]))).toEqual({
      exception: 1,
      occurrence: 11,
      seriesMaster: 1,
      singleInstance: 32,
    });
    expect(types.get('occurrence')?.[0]).not.toHaveProperty('subject');
  });

  it('asks a calendar view for its window, and refuses $select there', async () => {
    expect((await get('/me/calendarView/delta')).body.error?.code).toBe('ErrorInvalidParameter');
    const { status, body } = await get(`${calendarView}&$select=subject`);
    expect([status, body.error?.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
  });

  it('tells changes of files with the deleted facet, and leaves paths out of delta', async () => {
    const { rows, delta } = await round('/me/drive/root/delta');
    const file = rows.find((row) => row['file'] !== undefined);
    expect(file?.['parentReference']).not.toHaveProperty('path');
    expect((await send('DELETE', `/me/drive/items/${file?.id ?? ''}`)).status).toBe(204);
    expect((await round(delta)).rows).toEqual([
      expect.objectContaining({ id: file?.id, deleted: { state: 'deleted' } }),
    ]);
    const latest = await round('/me/drive/root/delta?token=latest');
    expect(latest.rows).toEqual([]);
  });

  it('answers 410 to delta tokens that have expired, and to those of another life', async () => {
    const contacts = await round('/me/contacts/delta');
    const files = await round('/me/drive/root/delta');
    server.expireDeltaTokens();
    const outlook = await get(contacts.delta);
    expect([outlook.status, outlook.body.error?.code]).toEqual([410, 'SyncStateNotFound']);
    const drive = await get(files.delta);
    expect([drive.status, drive.body.error?.code]).toEqual([410, 'resyncRequired']);
    expect(drive.body.error?.innerError['code']).toBe('resyncChangesApplyDifferences');
    const fresh = await get(String(drive.headers['location']));
    expect(fresh.body.value.length).toBe(64);
  });

  it('knows the delta tokens of another process as long as nothing was written', async () => {
    const before = await round('/me/contacts/delta');
    const again = await GraphServer.start({ mailbox: sampleMailbox(year) });
    try {
      await server.stop();
      server = again;
      token = server.issueToken();
      expect((await round(before.delta)).rows).toEqual([]);
      await send('POST', '/me/contacts', { body: { displayName: 'New Person' } });
      const { delta, rows } = await round(before.delta);
      expect(rows).toHaveLength(1);
      await server.stop();
      server = await GraphServer.start({ mailbox: sampleMailbox(year) });
      token = server.issueToken();
      // The new person is not there any more: the client has to be told to begin again.
      expect((await get(delta)).status).toBe(410);
    } finally {
      await again.stop().catch(() => undefined);
    }
  });

  it('refuses a delta token that is none, or belongs to another collection', async () => {
    expect((await get('/me/contacts/delta?$deltatoken=x')).status).toBe(400);
    const { delta } = await round('/me/contacts/delta');
    const foreign = delta.replace('/me/contacts/', '/me/mailFolders/inbox/messages/');
    expect((await get(foreign)).body.error?.message).toContain('Badly formed token');
  });

  it('answers 401 with WWW-Authenticate to a token that is missing, wrong or expired', async () => {
    const missing = await get('/me', { Authorization: '' });
    expect([missing.status, missing.body.error?.message]).toEqual([401, 'Access token is empty.']);
    expect(missing.headers['www-authenticate']).toContain('authorization_uri=');
    expect((await get('/me', { Authorization: 'Bearer other' })).status).toBe(401);
    server.expireTokens();
    const { status, body } = await get('/me');
    expect([status, body.error?.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(body.error?.message).toContain('the token is expired');
    expect(body.error?.innerError).toHaveProperty('request-id');
  });

  it('denies what the token has no scope for', async () => {
    token = server.issueToken({ scopes: ['User.Read', 'Mail.Read'] });
    expect((await get('/me/messages')).status).toBe(200);
    expect((await get('/me/contacts')).body.error?.code).toBe('ErrorAccessDenied');
    expect((await get('/me/drive/root/delta')).body.error?.code).toBe('accessDenied');
    const { value } = (await get('/me/messages')).body;
    expect((await send('DELETE', `/me/messages/${value[0]?.id ?? ''}`)).status).toBe(403);
  });

  it('throttles and fails as often as it was told', async () => {
    server.meet({ status: 429, retryAfterSeconds: 3, path: /contacts/u });
    server.meet({ status: 503, times: 2, path: /drive/u });
    expect((await get('/me')).status).toBe(200);
    const throttled = await get('/me/contacts');
    expect([throttled.status, throttled.headers['retry-after']]).toEqual([429, '3']);
    expect((await get('/me/contacts')).status).toBe(200);
    expect((await get('/me/drive')).status).toBe(503);
    server.mend();
    expect((await get('/me/drive')).status).toBe(200);
  });

  it('lists mail folders by level, all by delta, and knows well-known names', async () => {
    const top = await get('/me/mailFolders?$top=50');
    const names = top.body.value.map((folder) => folder['displayName']);
    expect(names).toContain('Inbox');
    expect(names).not.toContain('Invoices');
    const children = await get('/me/mailFolders/inbox/childFolders');
    expect(children.body.value).toMatchObject([{ displayName: 'Invoices', totalItemCount: 15 }]);
    expect((await round('/me/mailFolders/delta')).rows).toHaveLength(8);
  });

  it('answers nothing that it would have to guess', async () => {
    expect((await get('/me/contacts?$search=ada')).status).toBe(501);
    expect((await get('/me/planner')).body.error?.message).toContain("segment 'planner'");
    expect((await get('/me/contacts?$top=many')).status).toBe(400);
    expect((await send('PUT', '/me/calendars/x')).status).toBe(404);
  });
});
