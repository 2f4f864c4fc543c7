import { createServer } from 'node:net';

/** A loopback port that is free now; `wanted` itself when it is. */
export async function freePort(wanted = 0): Promise<number> {
  const port = await tryPort(wanted);
  return (
    port ?? (await tryPort(0)) ?? Promise.reject(new Error('no free port on the loopback address'))
  );
}

const portTries = 3;

/** Starts a server on a free port, and on another one when that was taken before the server listened. */
export async function onFreePort<S>(start: (port: number) => Promise<S>): Promise<S> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return await start(port);
    } catch (error) {
      const wasTaken = (await freePort(port)) !== port;
      if (!wasTaken || tries === portTries) throw error;
    }
  }
}

function tryPort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      server.close(() => resolve(port));
    });
  });
}
