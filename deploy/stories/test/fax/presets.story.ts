import { providerManifest, ProviderServer, TwilioServer } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { createHash } from 'node:crypto';
import type { Entity, Page } from '../platform/api-client.ts';
import { connect, settledRun } from '../platform/steps.ts';
import {
  faxes,
  from,
  mailgun,
  newest,
  sendGrid,
  signalWire,
  slack,
  telegram,
} from './provider-cases.ts';
import { startStory, type StandIn, type Story } from '../platform/story.ts';

const publicUrl = 'https://faxes.example';
const to = '+15550001111';
const pdf = Buffer.from('%PDF-1.7\n% a fax of one page\n');
const sha256 = (content: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(content ?? '')
    .digest('hex');

interface FaxView {
  readonly id: string;
  readonly state: string;
  readonly job_id: string | null;
  readonly error: unknown;
}

describe('presets of providers', () => {
  let story: Story;
  const servers: ProviderServer[] = [];
  let twilio: TwilioServer;
  const connections = new Map<string, string>();

  beforeAll(async () => {
    const hosts: Record<string, StandIn> = {};
    const providers = [...faxes.map(({ provider }) => provider), signalWire];
    for (const provider of [...providers, sendGrid, slack, telegram, mailgun]) {
      const server = await ProviderServer.start(provider);
      servers.push(server);
      for (const host of provider.hosts) hosts[host] = server;
    }
    twilio = await TwilioServer.start({ numbers: { [from]: {} } });
    hosts['api.twilio.com'] = twilio;
    story = await startStory(hosts, { publicUrl });
  });
  afterAll(async () => {
    await story?.stop();
    await twilio?.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function install(
    preset: string,
    config: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { admin } = story;
    const form = new FormData();
    const manifest = new Blob([providerManifest(preset)], { type: 'application/json' });
    form.append('manifest', manifest, 'manifest.json');
    const { body } = await admin.request('POST', '/plugins', form);
    const { version, permissions_required: permissions } = body as {
      version: string;
      permissions_required: string[];
    };
    await admin.post(`/plugins/${preset}/versions/${version}/approve`, {
      permissions,
      activate: true,
    });
    const connection = await connect(admin, preset, { ...config });
    connections.set(preset, connection);
    return connection;
  }

  async function sendFax(connectionId: string): Promise<FaxView> {
    const form = new FormData();
    form.append('to', to);
    form.append('from', from);
    form.append('connection_id', connectionId);
    form.append('file', new Blob([pdf], { type: 'application/pdf' }), 'fax.pdf');
    const key = { 'Idempotency-Key': `fax-${connectionId}` };
    return (await story.client.request('POST', '/faxes', form, key)).body as FaxView;
  }

  const faxInState = (id: string, states: readonly string[]): Promise<FaxView> =>
    eventually(
      async () => {
        const fax = await story.client.get<FaxView>(`/faxes/${id}`);
        if (!states.includes(fax.state)) throw new Error(JSON.stringify(fax));
        return fax;
      },
      { timeoutMs: 120_000 },
    );

  it.each(faxes)('$preset sends a fax and follows it', async ({ preset, config, got, succeed }) => {
    const { id } = await sendFax(await install(preset, config));
    const sent = await faxInState(id, ['accepted', 'queued', 'in_progress', 'succeeded']);
    await eventually(() => expect(got().content).toBeDefined(), { timeoutMs: 60_000 });
    expect(got().to).toBe(to);
    expect(sha256(got().content)).toBe(sha256(pdf));
    expect(sent.error).toBeNull();
    if (succeed === undefined) return;
    succeed();
    const ended = await faxInState(id, ['succeeded']);
    expect(ended.job_id).toBeTruthy();
  });

  it('signalwire fetches the document, and reports with its signature', async () => {
    const connectionId = await install('signalwire', {
      space: 'acme',
      from,
      project_id: 'project-1',
      api_token: 'signalwire-token',
      signing_key: 'signalwire-signing',
    });
    const { id } = await sendFax(connectionId);
    await eventually(() => expect(signalWire.faxes.size).toBe(1), { timeoutMs: 60_000 });
    const fax = newest(signalWire.faxes);
    const link = (fax?.mediaUrl ?? '').replace(publicUrl, new URL(story.gatewayUrl).origin);
    const document = Buffer.from(await (await fetch(link)).arrayBuffer());
    expect(sha256(document)).toBe(sha256(pdf));
    const { url, fields, signature } = signalWire.report(fax?.sid ?? '', 'delivered');
    const post = (sign: string) =>
      fetch(url.replace(publicUrl, new URL(story.gatewayUrl).origin), {
        method: 'POST',
        headers: { 'X-SignalWire-Signature': sign },
        body: fields,
      });
    expect((await post(signature.replace(/^./u, (a) => (a === 'A' ? 'B' : 'A')))).status).toBe(401);
    expect((await post(signature)).status).toBe(200);
    await faxInState(id, ['succeeded']);
  });

  const messages = [
    {
      preset: 'twilio-sms',
      config: () => ({
        from,
        account_sid: twilio.account.sid,
        auth_token: twilio.account.authToken,
      }),
      to,
      got: () => newest(twilio.account.messages)?.body,
    },
    {
      preset: 'sendgrid',
      config: () => ({ from: 'me@b.example', api_key: 'SG.key-1' }),
      to: 'a@b.example',
      got: () =>
        (sendGrid.mails[0]?.mail['content'] as { value: string }[] | undefined)?.[0]?.value,
    },
    {
      preset: 'slack',
      config: () => ({ bot_token: 'xoxb-token-1' }),
      to: 'C1',
      got: () => slack.messages[0]?.text,
    },
    {
      preset: 'telegram',
      config: () => ({ bot_token: '1:telegram-token' }),
      to: '5',
      got: () => telegram.messages[0]?.text,
    },
    {
      preset: 'mailgun',
      config: () => ({
        domain: 'mail.example',
        from: 'me@mail.example',
        user: 'api',
        api_key: 'mailgun-key-1',
      }),
      to: 'a@b.example',
      got: () => mailgun.mails[0]?.text,
    },
  ];

  it.each(messages)('$preset sends a message', async ({ preset, config, to: receiver, got }) => {
    const connectionId = await install(preset, config());
    const body = 'Grüße "&" {{ creds.api_key }} 🎉';
    const { body: accepted } = await story.client.request(
      'POST',
      `/channels/${connectionId}/messages`,
      { to: receiver, body },
      { 'Idempotency-Key': `message-${preset}` },
    );
    const { id } = accepted as { id: string };
    await eventually(
      async () => {
        const message = await story.client.get<{ state: string; external_id: string | null }>(
          `/channels/${connectionId}/messages/${id}`,
        );
        expect(['sent', 'delivered']).toContain(message.state);
        expect(message.external_id).toBeTruthy();
      },
      { timeoutMs: 90_000 },
    );
    expect(got()).toBe(body);
  });

  it('slack draws the people of the workspace without code', async () => {
    const connectionId = connections.get('slack') ?? '';
    const { run } = await story.admin.post<{ run: { id: string } }>(
      `/connections/${connectionId}/sync`,
    );
    expect(run.id).toBeTruthy();
    expect((await settledRun(story.admin, connectionId)).state).toBe('completed');
    const { data } = await story.client.get<Page<Entity>>('/persons?limit=10');
    expect(
      data.map(({ display_name: name }) => name).toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(['Ada Lovelace', 'Grace Hopper']);
  });

  it('wrote no credential into any log, stream or table', () => {
    const secrets = faxes.flatMap(({ config }) =>
      Object.entries(config).flatMap(([name, value]) =>
        /secret|key$|password|token/u.test(name) ? [value] : [],
      ),
    );
    expect(story.filesWith([...secrets, '1:telegram-token', 'xoxb-token-1', 'SG.key-1'])).toEqual(
      [],
    );
  });
});
