import { pluginIn, twilioHost, twilioMediaHost, TwilioServer } from '@made-open/sample';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MadeOpen, type Ran } from './platform/made-open.ts';

const [ours, theirs] = ['+15550100', '+14155550123'];
const jpeg = { contentType: 'image/jpeg', content: Buffer.from('a picture'), fileName: 'cat.jpg' };

type TrialRecord = Readonly<Record<string, unknown>>;

describe('the Twilio channel in the sandbox of the platform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-twilio-'));
  const cli = new MadeOpen(folder, {});
  let twilio: TwilioServer;

  beforeAll(async () => {
    twilio = await TwilioServer.start({ numbers: { [ours]: { smsUrl: 'https://127.0.0.1:1' } } });
    for (const [name, content] of Object.entries(pluginIn('channels/twilio').sources))
      write(name, content);
    const entry = { address: '127.0.0.1', port: twilio.port, ca: twilio.identity.ca };
    write(
      'hosts.json',
      JSON.stringify({ [`${twilioHost}:443`]: entry, [`${twilioMediaHost}:443`]: entry }),
    );
  });
  afterAll(async () => {
    await twilio?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => useVersion());

  function write(name: string, content: string): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }
  function useVersion(version?: string): void {
    write('plugin.json', pluginIn('channels/twilio', version).manifest);
  }

  async function invoke(
    method: string,
    input: object,
    config: object = { accountSid: twilio.account.sid, authToken: twilio.account.authToken },
  ): Promise<Ran & { records: TrialRecord[] }> {
    write('config.json', JSON.stringify(config));
    write('input.json', JSON.stringify(input));
    const args = ['invoke', method, '--input', 'input.json', '--hosts', 'hosts.json', '--json'];
    const ran = await cli.run(args);
    const lines = ran.stdout.split('\n').filter((line) => line !== '');
    return { ...ran, records: lines.map((line) => JSON.parse(line) as TrialRecord) };
  }

  /** The fields of a picture that somebody has sent, whom nobody answers. */
  async function picture(): Promise<object> {
    const { fields } = await twilio.receive({ from: theirs, to: ours, body: '', media: [jpeg] });
    return fields;
  }

  it.each([undefined, '0.1.0'])('sends a message and returns its SID, by %s', async (version) => {
    useVersion(version);
    const { records, stderr } = await invoke('sendMessage', {
      to: theirs,
      from: ours,
      body: 'Grüße & mehr',
      webhookUrl: 'https://hooks.example.com/webhooks/c',
    });
    expect(stderr).toBe('');
    const message = [...twilio.account.messages.values()].at(-1);
    expect(message).toMatchObject({
      direction: 'outbound-api',
      body: 'Grüße & mehr',
      statusCallback: 'https://hooks.example.com/webhooks/c/status',
    });
    expect(records.at(-1)).toMatchObject({
      kind: 'end',
      effect: 'done',
      result: { externalId: message?.sid },
    });
  });

  it('keeps a picture that lies at another host, for 0.2.0', async () => {
    const { records } = await invoke('handleIncomingEvent', await picture());
    expect(records.filter(({ kind }) => kind === 'event')).toMatchObject([
      {
        subject: 'communication.MessageReceived',
        payload: { attachments: [{ name: 'cat.jpg', size_bytes: 9, mime_type: 'image/jpeg' }] },
      },
    ]);
  });

  it('names a picture that lies at another host, for 0.1.0, whose manifest has no such host', async () => {
    useVersion('0.1.0');
    const { records } = await invoke('handleIncomingEvent', await picture());
    const [event] = records.filter(({ kind }) => kind === 'event');
    const url = expect.stringContaining(`https://${twilioHost}/`) as unknown;
    expect(event).toMatchObject({ payload: { attachments: [{ url, mime_type: 'image/jpeg' }] } });
    expect(JSON.stringify(event)).not.toContain('file_id');
  });

  it('says what Twilio refuses and shows no secret', async () => {
    const { status, stderr, stdout } = await invoke('sendMessage', {
      to: '123',
      from: ours,
      body: 'x',
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/Invalid 'To' Phone Number.*\(21211\); write the receiver as/u);
    expect(`${stdout}${stderr}`).not.toContain(twilio.account.authToken);
  });

  it('tests a connection, and says that a token is wrong', async () => {
    expect((await invoke('testConnection', {})).status).toBe(0);
    const wrong = await invoke(
      'testConnection',
      {},
      {
        accountSid: twilio.account.sid,
        authToken: 'wrong-token-of-nobody',
      },
    );
    expect(wrong.stderr).toMatch(/401.*\(20003\); put the account SID and a fresh auth token/u);
  });

  it('places a call', async () => {
    await invoke('placeCall', { to: theirs, from: ours, body: 'Hello' });
    expect([...twilio.account.calls.values()]).toMatchObject([
      { to: theirs, from: ours, twiml: '<Response><Say>Hello</Say></Response>' },
    ]);
  });
});
