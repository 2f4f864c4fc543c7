import { request } from 'node:https';
import type { StandIn } from './story.ts';

/** Opens an address of an outside host as a browser would, at the server that stands for it; gives where it leads. */
export function redirectOf(address: string, standIn: StandIn): Promise<string> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: standIn.port,
        ca: standIn.identity.ca,
        servername: url.hostname,
        headers: { Host: url.host },
        path: `${url.pathname}${url.search}`,
      },
      (response) => {
        response.resume();
        const { location } = response.headers;
        if (location === undefined)
          reject(new Error(`${address} answered ${String(response.statusCode)}`));
        else resolve(location);
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}
