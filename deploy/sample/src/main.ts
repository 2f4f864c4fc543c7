import { readFileSync } from 'node:fs';
import { makeServerIdentity, type ServerIdentity } from './certificate.ts';
import { ContactsApi, sampleHost, type Fault } from './contacts-server.ts';
import { sampleContacts } from './contacts.ts';
import { AccessTokens } from './graph/requests/access-tokens.ts';
import { GraphApi } from './graph/requests/graph-api.ts';
import { graphHost } from './graph/graph-server.ts';
import { sampleMailbox } from './graph/mailbox/sample-mailbox.ts';
import { sampleAccessToken, sampleApiKey } from './sample-plugin.ts';
import { SourceServer } from './source-server.ts';

const yearMs = 365 * 24 * 3600 * 1000;

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

const contacts = new ContactsApi({
  apiKey: sampleApiKey,
  contacts: sampleContacts(250),
  pageSize: 50,
  faultOf: (request) => {
    const fault = faults.get(request);
    say('request', { host: sampleHost, request, ...(fault === undefined ? {} : { fault }) });
    return fault;
  },
});
const tokens = new AccessTokens();
tokens.issue({ token: sampleAccessToken, lifetimeMs: yearMs });
const graph = new GraphApi(sampleMailbox(), tokens, ({ method, path, status }) =>
  say('request', { host: graphHost, method, path, status }),
);
graph.meet({ status: 503, path: /contacts\/delta$/u });
graph.meet({ status: 429, retryAfterSeconds: 1, path: /messages\/delta$/u });

const sources = { [sampleHost]: contacts, [graphHost]: graph };
const identityFile = process.env['IDENTITY_FILE'];
const server = new SourceServer(
  sources,
  identityFile === undefined
    ? await makeServerIdentity(Object.keys(sources))
    : readIdentity(identityFile),
);
await server.listen(Number(process.env['PORT'] ?? 0));
say('service ready', { port: server.port });

const stop = (): void => {
  process.stdin.pause();
  graph.subscriptions.stop();
  void server.stop();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (process.env['EXIT_ON_STDIN_END'] === '1') process.stdin.once('end', stop).resume();
