import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

export const hostileHost = 'hostile.example.net';

const bombBytes = 200 * 1024 * 1024;
const dripEveryMs = 250;
const block = Buffer.alloc(64 * 1024, 0x20);

/** Answers that are made to exhaust whoever reads them; `decoyPort` is a port of this machine that nobody may reach. */
export function hostileAnswer(
  decoyPort: number,
): (request: IncomingMessage, response: ServerResponse) => void {
  const bomb = gzipSync(Buffer.alloc(bombBytes));
  const answers: Record<string, (response: ServerResponse) => void> = {
    '/gzip-bomb': (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(bomb);
    },
    '/slow-loris': (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const drip = setInterval(() => response.write(' '), dripEveryMs);
      response.on('close', () => clearInterval(drip));
    },
    '/endless-body': (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      pour(response);
    },
    '/redirect-to-address': (response) => redirect(response, `https://127.0.0.1:${decoyPort}/`),
    '/redirect-to-name': (response) => redirect(response, `https://localhost:${decoyPort}/`),
    '/redirect-to-metadata': (response) =>
      redirect(response, 'http://169.254.169.254/latest/meta-data/'),
  };
  return (request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  };
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { Location: location }).end();
}

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(block));
  if (!response.destroyed) response.once('drain', () => pour(response));
}
