import { Documo } from './documo.ts';
import { FaxPlus } from './faxplus.ts';
import { HumbleFax } from './humblefax.ts';
import { InterFax } from './interfax.ts';
import { Mailgun } from './mailgun.ts';
import type { ProviderCall } from './provider-call.ts';
import type { Provider } from './provider-server.ts';
import { SendGrid } from './sendgrid.ts';
import { SignalWire } from './signalwire.ts';
import { Sinch } from './sinch.ts';
import { Slack } from './slack.ts';
import { Telegram } from './telegram.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const pdf = new Blob(['%PDF-1.7'], { type: 'application/pdf' });

async function call(path: string, init: RequestInit = {}): Promise<ProviderCall> {
  const request = new Request(`https://provider.invalid${path}`, init);
  const { pathname, searchParams } = new URL(request.url);
  return {
    method: request.method,
    segments: pathname.split('/').slice(1),
    query: searchParams,
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.arrayBuffer()),
  };
}

const form = (fields: Record<string, string>, file?: string): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  if (file !== undefined) data.append(file, pdf, 'fax.pdf');
  return data;
};
const json = (body: object) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

interface Sample {
  readonly provider: Provider;
  readonly path: string;
  readonly authorization?: string;
  readonly send: {
    readonly headers?: Record<string, string>;
    readonly body: NonNullable<RequestInit['body']>;
  };
  readonly status: number;
  readonly reply: object;
}

const account = { projectId: 'p', keyId: 'k', keySecret: 's' };
const samples: Readonly<Record<string, Sample>> = {
  Sinch: {
    provider: new Sinch(account),
    path: '/v3/projects/p/faxes',
    authorization: basic('k:s'),
    send: { body: form({ to: '+15550001111' }, 'file') },
    status: 200,
    reply: { to: '+15550001111', status: 'IN_PROGRESS' },
  },
  SignalWire: {
    provider: new SignalWire({ space: 'a', projectId: 'p', token: 't', signingKey: 'k' }),
    path: '/api/laml/2010-04-01/Accounts/p/Faxes.json',
    authorization: basic('p:t'),
    send: {
      body: new URLSearchParams({
        To: '+15550001111',
        From: '+15550002222',
        MediaUrl: 'https://a.example/x.pdf',
      }),
    },
    status: 201,
    reply: { status: 'queued' },
  },
  Documo: {
    provider: new Documo('key'),
    path: '/v1/faxes',
    authorization: 'Basic key',
    send: { body: form({ faxNumber: '+15550001111' }, 'attachments') },
    status: 200,
    reply: { faxNumber: '+15550001111' },
  },
  HumbleFax: {
    provider: new HumbleFax('a', 's'),
    path: '/quickSendFax',
    authorization: basic('a:s'),
    send: {
      headers: { 'user-agent': 'made-open' },
      body: form({ jsonData: '{"recipients":[15550001111],"uuid":"u"}' }, 'file'),
    },
    status: 200,
    reply: { data: { fax: { id: 4_000_000, status: 'in progress' } } },
  },
  InterFAX: {
    provider: new InterFax('u', 'p'),
    path: '/outbound/faxes?faxNumber=%2B15550001111',
    authorization: basic('u:p'),
    send: { headers: { 'content-type': 'application/pdf' }, body: '%PDF' },
    status: 201,
    reply: {},
  },
  SendGrid: {
    provider: new SendGrid('key'),
    path: '/v3/mail/send',
    authorization: 'Bearer key',
    send: json({ personalizations: [{}], from: {}, content: [{}] }),
    status: 202,
    reply: {},
  },
  Mailgun: {
    provider: new Mailgun({ domain: 'd.example', apiKey: 'k', signingKey: 's' }),
    path: '/v3/d.example/messages',
    authorization: basic('api:k'),
    send: { body: form({ from: 'a@d.example', to: 'b@d.example', text: 'Hi' }, 'attachment') },
    status: 200,
    reply: { message: 'Queued. Thank you.' },
  },
};

describe('providers on this machine', () => {
  it.each(Object.entries(samples))('%s sends for who may', async (_name, sample) => {
    const { provider, path, send, authorization = '', status, reply } = sample;
    const asked = (given: string) =>
      call(path, { ...send, method: 'POST', headers: { ...send.headers, authorization: given } });
    expect((await provider.answer(await asked(`x${authorization}`))).status).toBe(401);
    const answer = await provider.answer(await asked(authorization));
    expect(answer.status).toBe(status);
    expect(answer.body ?? {}).toMatchObject(reply);
  });

  it('Sinch gives tokens that open it as well', async () => {
    const sinch = new Sinch(account);
    const headers = { authorization: basic('k:s') };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const { body: token } = await sinch.answer(
      await call('/oauth2/token', { method: 'POST', headers, body }),
    );
    const bearer = (token as { access_token: string }).access_token;
    const listed = await call('/v3/projects/p/faxes/none', {
      headers: { authorization: `Bearer ${bearer}` },
    });
    expect((await sinch.answer(listed)).status).toBe(404);
  });

  it('HumbleFax takes a uuid once', async () => {
    const humble = new HumbleFax('a', 's');
    const send = async () =>
      humble.answer(
        await call('/quickSendFax', {
          method: 'POST',
          headers: { authorization: basic('a:s'), 'user-agent': 'm' },
          body: form({ jsonData: '{"recipients":[15550001111],"uuid":"u1"}' }, 'file'),
        }),
      );
    expect((await send()).body).toEqual((await send()).body);
    expect(humble.faxes.size).toBe(1);
  });

  it('Fax.Plus sends what was uploaded before', async () => {
    const faxPlus = new FaxPlus('t');
    const headers = { authorization: 'Bearer t' };
    const upload = await call('/v3/accounts/self/files', {
      method: 'POST',
      headers,
      body: form({}, 'fax_file'),
    });
    const { path } = (await faxPlus.answer(upload)).body as { path: string };
    const send = async (file: string) => {
      const { body, headers: type } = json({ to: ['+15550001111'], files: [file] });
      const outbox = { method: 'POST', headers: { ...headers, ...type }, body };
      return faxPlus.answer(await call('/v3/accounts/self/outbox', outbox));
    };
    expect((await send('/elsewhere')).status).toBe(400);
    expect((await send(path)).status).toBe(200);
    expect([...faxPlus.faxes.values()][0]?.files[0]?.content.toString()).toBe('%PDF-1.7');
  });

  it('Slack says no with 200, and pages its users', async () => {
    const slack = new Slack('xoxb');
    slack.users.push(...['U1', 'U2', 'U3'].map((id) => ({ id, real_name: id })));
    const headers = { authorization: 'Bearer xoxb' };
    const list = async (query: string) =>
      slack.answer(await call(`/api/users.list?${query}`, { headers })).body as {
        members: { id: string }[];
        response_metadata: { next_cursor: string };
      };
    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.response_metadata.next_cursor}`);
    expect([...first.members, ...second.members].map(({ id }) => id)).toEqual(['U1', 'U2', 'U3']);
    expect(second.response_metadata.next_cursor).toBe('');
    const { body, headers: type } = json({ channel: 'nowhere', text: 'Hi' });
    const post = { method: 'POST', headers: { ...headers, ...type }, body };
    expect(slack.answer(await call('/api/chat.postMessage', post))).toEqual({
      status: 200,
      body: { ok: false, error: 'channel_not_found' },
    });
  });

  it('Telegram knows its bot by the path', async () => {
    const telegram = new Telegram('1:t');
    const send = async (token: string) =>
      telegram.answer(
        await call(`/bot${token}/sendMessage`, {
          method: 'POST',
          ...json({ chat_id: '5', text: 'Hi' }),
        }),
      );
    expect((await send('2:t')).status).toBe(404);
    expect((await send('1:t')).body).toMatchObject({ ok: true, result: { message_id: 100 } });
  });
});
