import { eventually } from '@made-open/testing';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import { ask, WebhookTaker } from '../../test/twilio-caller.ts';
import { sampleTwilioAccount, TerminalPhone } from './terminal-phone.ts';

const { sid, authToken, number, phone: theirs } = sampleTwilioAccount;

describe('TerminalPhone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-phone-'));
  const authorityFile = join(folder, 'data', 'ca.pem');
  const said: string[] = [];
  let taker: WebhookTaker;
  let phone: TerminalPhone | undefined;

  beforeEach(async () => {
    said.length = 0;
    taker = new WebhookTaker();
    await taker.listen();
  });
  afterEach(async () => {
    await phone?.stop();
    await taker.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (webhookUrl?: string): Promise<TerminalPhone> => {
    const say = (text: string): void => void said.push(text);
    phone = await TerminalPhone.start({ port: 0, authorityFile, webhookUrl, say });
    return phone;
  };

  it('writes to its number, signed as Twilio does', async () => {
    const url = `http://127.0.0.1:${String(taker.port)}/webhooks/c`;
    const { introduction } = await start(url);
    expect(introduction).toContain(`accountSid ${sid}`);
    await phone?.write('hello');
    const [delivered] = taker.delivered;
    expect(delivered?.fields).toMatchObject({ From: theirs, To: number, Body: 'hello' });
    expect(
      twilio.validateRequest(authToken, delivered?.signature ?? '', url, delivered?.fields ?? {}),
    ).toBe(true);
    expect(said).toEqual(['the webhook answered 200']);
  });

  it('shows what is sent to it', async () => {
    const { port } = await start();
    const body = new URLSearchParams({ To: theirs, From: number, Body: 'Good morning' });
    await ask(
      { port, identity: { ca: readFileSync(authorityFile, 'utf8') } },
      {
        method: 'POST',
        path: `/2010-04-01/Accounts/${sid}/Messages.json`,
        authorization: `Basic ${Buffer.from(`${sid}:${authToken}`).toString('base64')}`,
        form: body.toString(),
      },
    );
    await eventually(() => expect(said).toContain(`${theirs} hears: Good morning`));
  });

  it('says that nobody would hear of what it writes', async () => {
    await (await start()).write('hello');
    expect(said).toEqual(['there is no --webhook to tell of it']);
  });
});
