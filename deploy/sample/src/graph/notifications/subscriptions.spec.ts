import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphCaller } from '../../../test/graph-caller.ts';
import { eventually } from '@made-open/testing';

interface Notification {
  readonly value: readonly Record<string, unknown>[];
}

const dayMs = 24 * 3_600_000;

describe('change notifications', () => {
  let graph: GraphCaller;
  let receiver: Server;
  let url: string;
  let isWilling: boolean;
  const received: Record<string, unknown>[] = [];

  beforeEach(async () => {
    isWilling = true;
    received.length = 0;
    graph = await GraphCaller.start();
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const token = new URL(request.url ?? '/', url).searchParams.get('validationToken');
        if (token !== null) {
          response.writeHead(200, { 'Content-Type': 'text/plain' });
          return void response.end(isWilling ? token : 'no');
        }
        const { value } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Notification;
        received.push(...value);
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
  });
  afterEach(async () => {
    await graph.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const subscribe = (more: object = {}): ReturnType<GraphCaller['send']> =>
    graph.send('POST', '/subscriptions', {
      body: {
        changeType: 'created,updated,deleted',
        notificationUrl: url,
        resource: 'me/contacts',
        expirationDateTime: new Date(Date.now() + dayMs).toISOString(),
        clientState: 'state',
        ...more,
      },
    });
  const idOf = (answer: { body: Record<string, unknown> }): string => String(answer.body['id']);
  const addContact = (): string =>
    graph.server.mailbox.create(graph.server.mailbox.contacts, { displayName: 'New' }).id;

  it('tell of what was written, with the clientState, and of nothing else', async () => {
    const made = await subscribe();
    expect([made.status, made.body['clientState']]).toEqual([201, null]);
    const { mailbox } = graph.server;
    const [message] = mailbox.messageFeeds[0]?.all() ?? [];
    mailbox.update(mailbox.messagesOf(String(message?.['parentFolderId'])), message?.id ?? '', {});
    const id = addContact();
    await eventually(() =>
      Promise.resolve(
        expect(received).toEqual([
          expect.objectContaining({
            subscriptionId: idOf(made),
            changeType: 'created',
            clientState: 'state',
            resourceData: expect.objectContaining({ id }) as unknown,
          }),
        ]),
      ),
    );
  });

  it('are sent to nobody who does not answer the validation', async () => {
    isWilling = false;
    expect((await subscribe()).body.error?.code).toBe('ValidationError');
    expect((await graph.get('/subscriptions')).body.value).toEqual([]);
  });

  it('are renewed, run out, are ended, and can get lost', async () => {
    const id = idOf(await subscribe());
    const expirationDateTime = new Date(Date.now() + 2 * dayMs).toISOString();
    const path = `/subscriptions/${id}`;
    const renewed = await graph.send('PATCH', path, { body: { expirationDateTime } });
    expect(renewed.body['expirationDateTime']).toBe(expirationDateTime);

    graph.server.subscriptions.drop(1);
    const lost = addContact();
    const told = addContact();
    await eventually(() => Promise.resolve(expect(received).toHaveLength(1)));
    expect(JSON.stringify(received)).toContain(told);
    expect(JSON.stringify(received)).not.toContain(lost);

    expect((await graph.send('DELETE', path)).status).toBe(204);
    expect((await graph.send('PATCH', path, { body: { expirationDateTime } })).status).toBe(404);
    await subscribe();
    graph.server.subscriptions.expireAll();
    expect((await graph.get('/subscriptions')).body.value).toEqual([]);
  });

  it('refuse a life of more than a week, what the token may not read, and what they would have to guess', async () => {
    const expirationDateTime = new Date(Date.now() + 8 * dayMs).toISOString();
    expect((await subscribe({ expirationDateTime })).status).toBe(400);
    expect((await subscribe({ resource: 'me/drive/root' })).status).toBe(501);
    expect((await subscribe({ changeType: 'moved' })).status).toBe(400);
    graph.token = graph.server.issueToken({ scopes: ['Mail.Read'] });
    expect((await subscribe()).status).toBe(403);
  });
});
