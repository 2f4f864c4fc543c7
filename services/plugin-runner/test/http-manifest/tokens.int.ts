import { Effect } from '@made-open/contracts';
import { randomUUID } from 'node:crypto';
import { Invoker } from '../invoker.ts';
import { RunnerFixture } from '../runner.ts';
import { aProvider, fax, fileId, host, otherHost, pdf } from './documents.ts';
import { json, Provider } from './provider.ts';

const clientSecret = 'client/secret of "Acme"';
let api: Provider;
let login: Provider;
let fixture: RunnerFixture;
let invoker: Invoker;
/** Tokens that were given, in their order. */
const given: string[] = [];

const assigned = {
  ...aProvider({
    allowed_domains: [host, otherHost],
    auth: {
      scheme: 'oauth2_client_credentials',
      token_url: `https://${otherHost}/oauth/token`,
      client_id: 'creds.client_id',
      client_secret: 'creds.client_secret',
      scopes: ['fax:send'],
    },
  }),
};

beforeAll(async () => {
  api = await Provider.listen(host);
  login = await Provider.listen(otherHost);
  const overrides = { ...api.override, ...login.override };
  fixture = await RunnerFixture.start(assigned.bundle, {}, { ...assigned, overrides });
  fixture.wallet.config = { client_id: 'acme-client', client_secret: clientSecret };
  fixture.etl.files.set(fileId, pdf);
  invoker = await Invoker.beside(fixture);
  await fixture.runner();
});
afterAll(async () => {
  await fixture?.stop();
  api?.close();
  login?.close();
});
beforeEach(() => {
  api.reset();
  login.reset();
  given.splice(0);
  login.answer = (_request, response) => {
    given.push(`token-${randomUUID()}`);
    json(response, 200, { access_token: given.at(-1), token_type: 'Bearer', expires_in: 3600 });
  };
});

const shown = (result: object): string =>
  JSON.stringify([result, fixture.manager.lines], (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

describe('a token', () => {
  it('is asked for once by faxes that go out at a time, and kept for those that follow', async () => {
    const results = await Promise.all([invoker.fax('c1', fax), invoker.fax('c1', fax)]);
    const later = await invoker.fax('c1', fax);
    for (const result of [...results, later])
      expect(result).toMatchObject({ effect: Effect.DONE, permanent: false });
    expect([login.received.length, api.received.length]).toEqual([1, 3]);
    for (const { headers } of api.received)
      expect(headers.authorization).toBe(`Bearer ${String(given[0])}`);
    const { headers, body } = login.last;
    const basic = Buffer.from(`acme-client:${clientSecret.replaceAll(/[/ "]/gu, formCode)}`);
    expect(headers.authorization).toBe(`Basic ${basic.toString('base64')}`);
    expect(String(body)).toBe('grant_type=client_credentials&scope=fax%3Asend');
    for (const value of [...given, clientSecret, 'cred_'])
      expect(shown([...results, later])).not.toContain(value);
  });

  it('is each connection’s own', async () => {
    await invoker.fax('c2', fax);
    await invoker.fax('c3', fax);
    expect(login.received).toHaveLength(2);
  });

  it('that the provider refuses is replaced once, and the fax sent with the other', async () => {
    await invoker.fax('c4', fax);
    const [stale] = given;
    api.answer = ({ headers }, response) => {
      if (headers.authorization === `Bearer ${String(stale)}`) json(response, 401, {});
      else json(response, 200, { id: 'F2', status: 'queued' });
    };
    const result = await invoker.fax('c4', fax);
    expect(result).toMatchObject({
      effect: Effect.DONE,
      resultJson: expect.stringContaining('F2') as string,
    });
    expect([login.received.length, api.received.length]).toEqual([2, 3]);
  });

  it('that is refused again is not asked for a third time, and the fax was not sent', async () => {
    api.answer = (_request, response) => json(response, 401, { error: 'no' });
    const result = await invoker.fax('c5', fax);
    expect(result).toMatchObject({ effect: Effect.REFUSED, permanent: true });
    expect([login.received.length, api.received.length]).toEqual([2, 2]);
  });

  it.each([
    [400, 'http.auth_refused', true],
    [503, 'http.auth_unavailable', false],
  ])('that is refused with %i stops the fax: %s', async (status, code, permanent) => {
    login.answer = (_request, response) => json(response, status, { error: clientSecret });
    const result = await invoker.fax(`c${String(status)}`, fax);
    expect(result).toMatchObject({ error: { code }, permanent, effect: Effect.NONE });
    expect(api.connections).toBe(0);
    expect(shown(result)).not.toContain('client/secret');
  });

  it('is not followed to where its endpoint redirects', async () => {
    const location = `https://${host}/oauth/token`;
    login.answer = (_request, response) => response.writeHead(307, { location }).end();
    const result = await invoker.fax('c6', fax);
    expect(result).toMatchObject({
      error: { code: 'egress.redirect_refused' },
      effect: Effect.NONE,
    });
    expect(api.connections).toBe(0);
  });
});

it('the rate of the provider is kept by faxes: what is above it waits, and did nothing', async () => {
  fixture.scheduler.requestsLeft = 2;
  const asked = { hasRequestBudget: true };
  for (const jobId of ['one', 'two'])
    expect(await invoker.fax('c8', { ...fax, idempotencyKey: jobId }, asked)).toMatchObject({
      effect: Effect.DONE,
    });
  expect(await invoker.fax('c8', fax, asked)).toMatchObject({
    effect: Effect.NONE,
    permanent: false,
    retryAfterMs: 60_000,
  });
  expect(await invoker.askOfFax('c8', { jobId: 'F1' }, asked)).toMatchObject({
    permanent: false,
    retryAfterMs: 60_000,
  });
  expect([api.received.length, login.received.length]).toEqual([2, 1]);
});

it('a credential that is missing is named, and nothing goes out', async () => {
  const { config } = fixture.wallet;
  fixture.wallet.config = { client_id: 'acme-client' };
  const result = await invoker.fax('c7', fax);
  fixture.wallet.config = config;
  const message = expect.stringContaining('"client_secret"') as string;
  expect(result).toMatchObject({
    error: { code: 'http.credentials_missing', message },
    effect: Effect.NONE,
    permanent: true,
  });
  expect([login.connections, api.connections]).toEqual([0, 0]);
});

function formCode(character: string): string {
  return character === ' ' ? '+' : `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
