import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { onFreePort } from '../src/index.ts';

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('onFreePort', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  it('takes another port when somebody was faster', async () => {
    const tried: number[] = [];
    const server = await onFreePort(async (port) => {
      tried.push(port);
      if (tried.length === 1) servers.push(await listen(port));
      return listen(port);
    });
    servers.push(server);
    expect(new Set(tried).size).toBe(2);
    expect(server.address()).toMatchObject({ port: tried[1] });
  });

  it('does not try again what fails for another reason', async () => {
    let tries = 0;
    await expect(
      onFreePort(() => {
        tries += 1;
        return Promise.reject(new Error('broken'));
      }),
    ).rejects.toThrow('broken');
    expect(tries).toBe(1);
  });
});
