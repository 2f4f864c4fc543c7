import { FakeHomeserver } from '../../test/fake-homeserver.ts';
import { send } from './send.ts';

const file = (name: string, contentType: string) => ({
  file_id: name,
  name,
  mime_type: contentType,
  size_bytes: 3,
});

describe('send', () => {
  it('sends the text and each file, under transaction ids made of its key', async () => {
    const server = new FakeHomeserver();
    server.on(/\/upload\?/u, ({ bodyFile }) => ({ content_uri: `mxc://x/${String(bodyFile)}` }));
    server.on(/\/send\//u, ({ path }) => ({ event_id: `$${path.split('/').at(-1) ?? ''}` }));
    const result = await send(
      {
        to: '!r:x',
        body: 'two files',
        idempotencyKey: 'key',
        attachments: [file('a.png', 'image/png'), file('b.pdf', 'application/pdf')],
      },
      server.context(),
    );
    expect(result).toEqual({ externalId: '$key-0', threadId: '!r:x' });
    const sent = server.requests.filter(({ method }) => method === 'PUT');
    expect(sent).toMatchObject([
      { path: expect.stringContaining('/key-0') as unknown, body: { msgtype: 'm.text' } },
      {
        path: expect.stringContaining('/key-1') as unknown,
        body: { msgtype: 'm.image', url: 'mxc://x/a.png' },
      },
      {
        path: expect.stringContaining('/key-2') as unknown,
        body: { msgtype: 'm.file', url: 'mxc://x/b.pdf' },
      },
    ]);
  });

  it('uses the direct chat of a user, or makes one and notes it', async () => {
    const server = new FakeHomeserver();
    server.on(/\/send\//u, () => ({ event_id: '$1' }));
    server.on(/\/createRoom/u, () => ({ room_id: '!new:x' }));
    const message = { to: '@ada:x', body: 'hi', idempotencyKey: 'key' };
    let chats: unknown;
    server.on(/\/account_data\/m\.direct/u, ({ method, body }) =>
      method === 'PUT' ? ((chats = body), {}) : chats,
    );
    expect(await send(message, server.context())).toMatchObject({ threadId: '!new:x' });
    expect(chats).toEqual({ '@ada:x': ['!new:x'] });
    await send(message, server.context());
    expect(server.requests.filter(({ path }) => path.includes('createRoom'))).toHaveLength(1);
  });

  it('says what it takes', async () => {
    const message = { to: 'ada', body: 'hi' };
    await expect(send(message, new FakeHomeserver().context())).rejects.toThrow('@…:server');
  });
});
