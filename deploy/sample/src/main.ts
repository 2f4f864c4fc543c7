import { readFileSync } from 'node:fs';
import type { ServerIdentity } from './certificate.ts';
import { ContactsServer, type Fault } from './contacts-server.ts';
import { sampleContacts } from './contacts.ts';
import { sampleApiKey } from './sample-plugin.ts';

/** The first requests meet what every provider's API does at times; a sync comes through all the same. */
const faults = new Map<number, Fault>([
  [1, 'throttle'],
  [4, 'server_error'],
  [6, 'cut_off'],
]);

const say = (msg: string, fields: Record<string, unknown> = {}): void => {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), service: 'sample-source', ...fields, msg })}\n`,
  );
};

/** Handed over by descriptor: the private key is for nobody else to see. */
function readIdentity(path: string): ServerIdentity {
  const descriptor = /^\/dev\/fd\/(\d+)$/u.exec(path)?.[1];
  const text = readFileSync(descriptor === undefined ? path : Number(descriptor), 'utf8');
  const identity: ServerIdentity = JSON.parse(text);
  return identity;
}

const identityFile = process.env['IDENTITY_FILE'];
const server = await ContactsServer.start({
  apiKey: sampleApiKey,
  contacts: sampleContacts(250),
  pageSize: 50,
  port: Number(process.env['PORT'] ?? 0),
  ...(identityFile === undefined ? {} : { identity: readIdentity(identityFile) }),
  faultOf: (request) => {
    const fault = faults.get(request);
    say('request', { request, ...(fault === undefined ? {} : { fault }) });
    return fault;
  },
});
say('service ready', { port: server.port });

const stop = (): void => {
  process.stdin.pause();
  void server.stop();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (process.env['EXIT_ON_STDIN_END'] === '1') process.stdin.once('end', stop).resume();
