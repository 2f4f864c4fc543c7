import { GraphCaller, year } from '../../test/graph-caller.ts';
import { sampleMailbox } from './mailbox/sample-mailbox.ts';

const calendarView =
  '/me/calendarView/delta?startDateTime=2025-01-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z';

describe('GraphServer', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  it('holds a few hundred entities, the same in every process of a year', async () => {
    const contacts = await graph.round('/me/contacts/delta');
    const events = await graph.round(calendarView);
    const mail = await graph.round(`/me/mailFolders/inbox/messages/delta`);
    const files = await graph.round('/me/drive/root/delta');
    const all = [contacts, events, mail, files].flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(all.length).toBeGreaterThan(300);
    expect(new Set(all).size).toBe(all.length);
    expect(sampleMailbox(year).contacts.all()).toEqual(graph.server.mailbox.contacts.all());
    expect(contacts.rows[0]).toMatchObject({
      displayName: 'Ada Lovelace',
      '@odata.etag': expect.stringMatching(/^W\/".+"$/u) as unknown,
    });
  });

  it('pages a list by $top and $skip, and selects', async () => {
    const { body } = await graph.get('/me/contacts?$top=7&$select=displayName&$count=true');
    expect(body.value).toHaveLength(7);
    expect(Object.keys(body.value[0] ?? {}).toSorted()).toEqual([
      '@odata.etag',
      '@odata.type',
      'displayName',
      'id',
    ]);
    expect(body['@odata.count']).toBe(120);
    const next = await graph.get(body['@odata.nextLink'] ?? '');
    expect(next.body.value).toHaveLength(7);
    expect(next.body.value[0]?.id).not.toBe(body.value[0]?.id);
    expect((await graph.get('/me/contacts')).body.value).toHaveLength(10);
  });

  it('answers 401 with WWW-Authenticate to a token that is missing, wrong or expired', async () => {
    const missing = await graph.get('/me', { Authorization: '' });
    expect([missing.status, missing.body.error?.message]).toEqual([401, 'Access token is empty.']);
    expect(missing.headers['www-authenticate']).toContain('authorization_uri=');
    expect((await graph.get('/me', { Authorization: 'Bearer other' })).status).toBe(401);
    graph.server.expireTokens();
    const { status, body } = await graph.get('/me');
    expect([status, body.error?.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(body.error?.message).toContain('the token is expired');
    expect(body.error?.innerError).toHaveProperty('request-id');
  });

  it('denies what the token has no scope for', async () => {
    graph.token = graph.server.issueToken({ scopes: ['User.Read', 'Mail.Read'] });
    expect((await graph.get('/me/messages')).status).toBe(200);
    expect((await graph.get('/me/contacts')).body.error?.code).toBe('ErrorAccessDenied');
    expect((await graph.get('/me/drive/root/delta')).body.error?.code).toBe('accessDenied');
    const { value } = (await graph.get('/me/messages')).body;
    expect((await graph.send('DELETE', `/me/messages/${value[0]?.id ?? ''}`)).status).toBe(403);
  });

  it('throttles and fails as often as it was told', async () => {
    graph.server.meet({ status: 429, retryAfterSeconds: 3, path: /contacts/u });
    graph.server.meet({ status: 503, times: 2, path: /drive/u });
    expect((await graph.get('/me')).status).toBe(200);
    const throttled = await graph.get('/me/contacts');
    expect([throttled.status, throttled.headers['retry-after']]).toEqual([429, '3']);
    expect((await graph.get('/me/contacts')).status).toBe(200);
    expect((await graph.get('/me/drive')).status).toBe(503);
    graph.server.mend();
    expect((await graph.get('/me/drive')).status).toBe(200);
  });

  it('answers nothing that it would have to guess', async () => {
    expect((await graph.get('/me/contacts?$search=ada')).status).toBe(501);
    expect((await graph.get('/me/planner')).body.error?.message).toContain("segment 'planner'");
    expect((await graph.get('/me/contacts?$top=many')).status).toBe(400);
    expect((await graph.send('PUT', '/me/calendars/x')).status).toBe(404);
  });
});
