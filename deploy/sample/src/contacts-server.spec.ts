import { request } from 'node:https';
import { ContactsServer, sampleContacts, sampleHost } from './index.ts';

function get(
  server: ContactsServer,
  path: string,
  key = 'k',
): Promise<{ status: number; body: unknown; retryAfter?: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        servername: sampleHost,
        ca: server.identity.ca,
        headers: { Authorization: `Bearer ${key}` },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(text),
            retryAfter: response.headers['retry-after'],
          }),
        );
      },
    );
    call.on('error', reject);
    call.end();
  });
}

describe('ContactsServer', () => {
  let server: ContactsServer;
  beforeEach(async () => {
    server = await ContactsServer.start({
      apiKey: 'k',
      contacts: sampleContacts(25),
      pageSize: 10,
    });
  });
  afterEach(() => server.stop());

  it('pages until the last contact', async () => {
    const ids: string[] = [];
    let cursor: string | undefined = '0';
    while (cursor !== undefined) {
      const { body } = await get(server, `/contacts?cursor=${cursor}`);
      const page = body as { contacts: { id: string }[]; nextCursor?: string };
      ids.push(...page.contacts.map((contact) => contact.id));
      cursor = page.nextCursor;
    }
    expect(ids).toEqual(sampleContacts(25).map((contact) => contact.id));
  });

  it('refuses a wrong key', async () => {
    expect((await get(server, '/contacts', 'wrong')).status).toBe(401);
  });

  it('throttles with Retry-After', async () => {
    server.faultOf = () => 'throttle';
    expect(await get(server, '/contacts')).toMatchObject({ status: 429, retryAfter: '1' });
  });

  it('cuts an answer off in its middle', async () => {
    server.faultOf = () => 'cut_off';
    await expect(get(server, '/contacts')).rejects.toThrow();
  });
});
