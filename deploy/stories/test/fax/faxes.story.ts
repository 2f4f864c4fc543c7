import { Phaxio, ProviderServer, type PhaxioFax } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { createHash, randomBytes } from 'node:crypto';
import { connect, install } from '../platform/steps.ts';
import { startStory, type Story } from '../platform/story.ts';
import { phaxioAccount, phaxioPlugin } from './phaxio-plugin.ts';

type Fax = Readonly<Record<string, unknown>> & { readonly id: string; readonly state: string };

const patient = { timeoutMs: 60_000 };
const to = '+442079460000';

describe('faxes through a provider whose plugin is a class', () => {
  const phaxio = new Phaxio(phaxioAccount);
  let provider: ProviderServer;
  let story: Story;
  let connectionId: string;
  let pluginId: string;

  beforeAll(async () => {
    provider = await ProviderServer.start(phaxio);
    story = await startStory({ 'api.phaxio.com': provider });
    pluginId = await install(story.admin, phaxioPlugin());
    connectionId = await connect(story.admin, pluginId, phaxioAccount);
  });
  afterAll(async () => {
    await story?.stop();
    await provider?.stop();
  });
  beforeEach(() => {
    phaxio.faxes.clear();
    provider.calls.splice(0);
  });

  async function send(
    content: Buffer = aPdf(),
    { receiver = to, through = connectionId } = {},
  ): Promise<Fax> {
    const form = new FormData();
    form.set('to', receiver);
    if (through !== '') form.set('connection_id', through);
    form.set('file', new Blob([new Uint8Array(content)]), 'letter.pdf');
    // The gateway hears of a new connection a moment later.
    return eventually(async () => {
      const { body } = await story.client.request('POST', '/faxes', form);
      return body as Fax;
    }, patient);
  }

  const read = (id: string): Promise<Fax> => story.client.get<Fax>(`/faxes/${id}`);

  async function reaches(sent: Fax, state: string, timeoutMs = 60_000): Promise<Fax> {
    return eventually(
      async () => {
        const fax = await read(sent.id);
        expect(fax).toMatchObject({ state });
        return fax;
      },
      { timeoutMs },
    );
  }

  async function atProvider(): Promise<PhaxioFax> {
    return eventually(() => {
      const [fax] = phaxio.faxes.values();
      if (fax === undefined) throw new Error('the provider has no fax yet');
      return fax;
    }, patient);
  }

  it('reach it with the same bytes, and succeed when it is asked', async () => {
    const pdf = aPdf();
    const sent = await send(pdf);
    expect(sent).toMatchObject({ state: 'accepted', plugin_version: '0.1.0' });
    const fax = await atProvider();
    expect(sha256(fax.files[0]?.content)).toBe(sha256(pdf));
    await reaches(sent, 'queued');
    fax.status = 'inprogress';
    await reaches(sent, 'in_progress');
    fax.status = 'success';
    const done = await reaches(sent, 'succeeded');
    expect(done).toMatchObject({ job_id: String(fax.id), provider_status: 'success', pages: 1 });
    expect(phaxio.faxes.size).toBe(1);
  });

  it('succeed by a signed callback, once, and by no other', async () => {
    const sent = await send();
    const fax = await atProvider();
    await reaches(sent, 'queued');
    expect(fax.callbackUrl).toContain(`/webhooks/${connectionId}/status`);
    const wrong = new Phaxio({ ...phaxioAccount, callbackToken: 'of somebody else' });
    wrong.faxes.set(fax.id, fax);
    expect(await wrong.callBack(fax, { status: 'failure' })).toBe(401);
    for (const status of ['success', 'queued', 'success', 'failure'] as const)
      expect(await phaxio.callBack(fax, { status })).toBe(200);
    expect(await reaches(sent, 'succeeded')).toMatchObject({ provider_status: 'success' });
    const told = await eventually(async () => {
      const events = await story.events('COMMUNICATION', 0);
      const own = events.filter(({ data }) => JSON.stringify(data).includes(sent.id));
      const types = own.map(({ type }) => type);
      expect(types).toContain('communication.FaxSucceeded');
      return types;
    }, patient);
    expect(told.filter((type) => type === 'communication.FaxSucceeded')).toHaveLength(1);
    expect(told).not.toContain('communication.FaxFailed');
  });

  it('fail with the reason of the provider', async () => {
    const refused = await send(aPdf(), { receiver: '0123456789' });
    expect(await reaches(refused, 'failed')).toMatchObject({
      error: { code: '422', message: 'Phone number is not formatted correctly.' },
      attempts: 1,
    });
    const sent = await send();
    const fax = await atProvider();
    fax.error = { type: 'lineError', message: 'No dial tone' };
    fax.status = 'failure';
    expect(await reaches(sent, 'failed')).toMatchObject({
      error: { code: 'lineError', message: 'No dial tone' },
    });
  });

  it('are cancelled as long as the provider can', async () => {
    const sent = await send();
    const fax = await atProvider();
    await reaches(sent, 'queued');
    fax.status = 'inprogress';
    await story.client.post(`/faxes/${sent.id}/cancel`);
    await eventually(async () => {
      expect(await read(sent.id)).toMatchObject({ error: { code: '422' }, cancelling: false });
    }, patient);
    fax.status = 'queued';
    await story.client.post(`/faxes/${sent.id}/cancel`);
    await reaches(sent, 'cancelled');
  });

  it('are unknown when the answer is lost behind the body, and go out once', async () => {
    provider.meet({ kind: 'lost' });
    const sent = await send();
    expect(await reaches(sent, 'unknown')).toMatchObject({ attempts: 1 });
    expect(phaxio.faxes.size).toBe(1);
  });

  it('go through the provider that an operator has made active, and through nobody else', async () => {
    const path = `/plugins/${pluginId}`;
    const put = (what: string, body: object) => story.admin.request('PUT', `${path}/${what}`, body);
    await put('config', { enabled: true, slot: 'outbound' });
    await put('credentials', { credentials: phaxioAccount });
    const sent = await send(aPdf(), { through: '' });
    expect(sent['connection_id']).not.toBe(connectionId);
    (await atProvider()).status = 'success';
    await reaches(sent, 'succeeded');
    await put('config', { enabled: false });
    await eventually(async () => {
      const refused = story.client.post('/faxes', { to, file_id: fileIdOf(sent) });
      await expect(refused).rejects.toMatchObject({ body: { code: 'fax.no_active_provider' } });
    }, patient);
    expect(phaxio.faxes.size).toBe(1);
  });

  it('keep the version that they were accepted with', async () => {
    const sent = await send();
    const fax = await atProvider();
    fax.status = 'inprogress';
    await reaches(sent, 'in_progress');
    await install(story.admin, phaxioPlugin('0.2.0'));
    const fresh = await eventually(async () => {
      const other = await send(aPdf(), { receiver: '+442079460002' });
      expect(other).toMatchObject({ plugin_version: '0.2.0' });
      return other;
    }, patient);
    await eventually(() => expect(versionsOf('POST')).toContain('0.2.0'), patient);
    const before = provider.calls.length;
    await eventually(() => {
      const later = provider.calls
        .slice(before)
        .filter(({ segments }) => segments[2] === String(fax.id));
      expect(later.length).toBeGreaterThan(1);
      expect(later.every(({ headers }) => headers['x-plugin-version'] === '0.1.0')).toBe(true);
    }, patient);
    for (const each of phaxio.faxes.values()) each.status = 'success';
    await reaches(sent, 'succeeded');
    await reaches(fresh, 'succeeded');
  });

  it('go out once although the runner is killed while it sends', async () => {
    const letGo = phaxio.hold();
    const sent = await send();
    await atProvider();
    const before = story.pid('plugin-runner');
    story.kill('plugin-runner');
    await eventually(() => {
      expect(story.pid('plugin-runner')).toBeGreaterThan(0);
      expect(story.pid('plugin-runner')).not.toBe(before);
    }, patient);
    letGo();
    expect(await reaches(sent, 'unknown', 200_000)).toMatchObject({ attempts: 1 });
    expect(phaxio.faxes.size).toBe(1);
    expect(provider.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
  }, 300_000);

  it('show no secret of the account anywhere', () => {
    const { apiSecret, callbackToken } = phaxioAccount;
    expect(story.filesWith([apiSecret, callbackToken])).toEqual([]);
  });

  function versionsOf(method: string): (string | undefined)[] {
    return provider.calls
      .filter((call) => call.method === method)
      .map(({ headers }) => headers['x-plugin-version']);
  }
});

function fileIdOf({ file }: Fax): unknown {
  return typeof file === 'object' && file !== null ? Reflect.get(file, 'file_id') : undefined;
}

function aPdf(): Buffer {
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(600_000)]);
}

function sha256(content: Buffer | undefined): string {
  return createHash('sha256')
    .update(content ?? '')
    .digest('hex');
}
