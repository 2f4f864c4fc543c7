import { Effect } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { FaxFixture, pdf } from './fax-fixture.ts';

let fixture: FaxFixture;

const json = JSON.stringify;

beforeAll(async () => {
  fixture = await FaxFixture.start();
});
afterAll(() => fixture?.outbound.stop());
beforeEach(() => {
  const { runner } = fixture.outbound;
  runner.sent.splice(0);
  runner.asked.splice(0);
  runner.provider = ({ attemptId }) => ({
    effect: Effect.DONE,
    resultJson: json({ jobId: `j-${attemptId}`, status: 'queued' }),
  });
  runner.ofFax = () => ({ resultJson: json({ status: 'in_progress', providerStatus: 'sending' }) });
});

describe('a fax', () => {
  it('goes out with its file, and is asked about until it has succeeded', async () => {
    const { runner, gateway } = fixture.outbound;
    const sent = await fixture.send({ fields: { from: '+442079460999' } });
    expect(sent.body).toMatchObject({ state: 'accepted', plugin_version: '1.0.0', test: false });
    const open = await fixture.reaches(sent, 'in_progress');
    expect(open).toMatchObject({
      provider_status: 'sending',
      job_id: expect.stringMatching(/^j-/u),
    });
    const [given] = runner.sent;
    expect(given).toMatchObject({
      pluginVersion: '1.0.0',
      content: {
        to: '+442079460000',
        from: '+442079460999',
        idempotencyKey: sent.body['id'],
        file: { name: 'letter.pdf', mime_type: 'application/pdf', size_bytes: pdf.length },
      },
    });
    expect(runner.asked[0]).toMatchObject({ pluginVersion: '1.0.0', jobId: open['job_id'] });
    runner.ofFax = () => ({ resultJson: json({ status: 'succeeded', pages: 2 }) });
    const done = await fixture.reaches(sent, 'succeeded');
    expect(done).toMatchObject({ pages: 2, error: null, attempts: 1 });
    const file = await gateway.get(`${String(done['href'])}/file`);
    expect([file.status, file.text]).toEqual([200, pdf.toString()]);
    expect(runner.sent).toHaveLength(1);
    await eventually(async () =>
      expect(await fixture.outbound.eventsAbout(sent.body['id'])).toEqual([
        'communication.FaxQueued',
        'communication.FaxSent',
        'communication.FaxSucceeded',
      ]),
    );
  });

  it('keeps the version that it was accepted with', async () => {
    await fixture.announce('fax-2', { pluginVersion: '1.0.0' });
    const sent = await fixture.send({ fields: { connection_id: 'fax-2' } });
    await fixture.reaches(sent, 'in_progress');
    await fixture.announce('fax-2', { pluginVersion: '2.0.0' });
    const { asked } = fixture.outbound.runner;
    const before = asked.length;
    await eventually(async () => expect(asked.length).toBeGreaterThan(before));
    expect(new Set(asked.map(({ pluginVersion }) => pluginVersion))).toEqual(new Set(['1.0.0']));
  });

  it('is taken once for each idempotency key, whatever became of its connection', async () => {
    const key = crypto.randomUUID();
    const first = await fixture.send({ key });
    await fixture.reaches(first, 'in_progress');
    const again = await fixture.send({ key });
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await fixture.send({ key, content: Buffer.from('%PDF-1.7 other') });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency.key_reused' });
    expect(fixture.outbound.runner.sent).toHaveLength(1);
  });

  it('moves on by webhooks, in whatever order and however often they come', async () => {
    fixture.outbound.runner.ofFax = () => ({
      error: { code: 'http.timeout', message: 'no answer' },
    });
    const sent = await fixture.send();
    const { job_id: jobId } = await fixture.reaches(sent, 'queued');
    for (const status of ['succeeded', 'queued', 'succeeded', 'failed', 'succeeded'])
      await fixture.report(jobId, status, { attributes: { pages: 4 } });
    const done = await fixture.reaches(sent, 'succeeded');
    expect(done['pages']).toBe(4);
    await eventually(async () => {
      const events = await fixture.outbound.eventsAbout(sent.body['id']);
      expect(events.filter((type) => type.endsWith('FaxSucceeded'))).toHaveLength(1);
      expect(events.filter((type) => type.endsWith('FaxFailed'))).toHaveLength(0);
    });
  });

  it('is unknown without an id of the provider, and is sent to nobody again', async () => {
    fixture.outbound.runner.provider = () => ({
      effect: Effect.DONE,
      resultJson: json({ status: 'accepted' }),
    });
    const body = await fixture.reaches(await fixture.send(), 'unknown');
    expect(body).toMatchObject({ error: { code: 'fax.no_provider_id' }, attempts: 1 });
    expect(fixture.outbound.runner.sent).toHaveLength(1);
  });

  it('is unknown once the window is over where nobody can be asked', async () => {
    const poll = { maxDurationSeconds: 1 };
    await fixture.announce('mute-1', {
      actions: ['send_fax'],
      providerJson: json({ slots: ['outbound'], poll }),
    });
    const sent = await fixture.send({ fields: { connection_id: 'mute-1' } });
    const body = await fixture.reaches(sent, 'unknown');
    expect(body).toMatchObject({ error: { code: 'fax.no_final_status' }, questions: 0 });
  });

  it('is a PDF made of a text, and no file of another kind', async () => {
    const text = await fixture.send({ content: Buffer.from('Dear Ada,\n') });
    await fixture.reaches(text, 'in_progress');
    const { file_id: id } = text.body['file'] as { file_id: string };
    expect(fixture.files.get(id)?.subarray(0, 5).toString()).toBe('%PDF-');
    const picture = await fixture.send({ content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]) });
    expect(picture.body).toMatchObject({ status: 415, code: 'fax.file_unsupported' });
    const large = await fixture.send({ content: new Uint8Array(10 * 1024 * 1024 + 1) });
    expect(large.body).toMatchObject({ status: 413, code: 'fax.file_too_large' });
  });

  it('is sent of a stored file', async () => {
    const { body: first } = await fixture.send();
    const { file_id: fileId } = first['file'] as { file_id: string };
    const request = { to: '+442079460000', file_id: fileId, connection_id: 'fax-1' };
    await fixture.reaches(await fixture.post('/v1/faxes', request), 'in_progress');
    const missing = { ...request, file_id: 'cd'.repeat(32) };
    expect((await fixture.post('/v1/faxes', missing)).status).toBe(400);
  });
});

describe('the provider of a fax', () => {
  it('is the one that has the slot, or nobody', async () => {
    const refusal = { status: 409, code: 'fax.no_active_provider' };
    expect((await fixture.send({ fields: { connection_id: '' } })).body).toMatchObject(refusal);
    await fixture.giveSlot('fax-1');
    const sent = await fixture.send({ fields: { connection_id: '' } });
    expect(sent.body).toMatchObject({ connection_id: 'fax-1' });
    await fixture.giveSlot('');
    await fixture.giveSlot('fax-1', 1);
    expect((await fixture.send({ fields: { connection_id: '' } })).body).toMatchObject(refusal);
  });

  it('is no other channel, and none that is unknown', async () => {
    const channel = await fixture.send({ fields: { connection_id: 'channel-1' } });
    expect(channel.body).toMatchObject({ status: 409, code: 'connection.no_fax' });
    const unknown = await fixture.send({ fields: { connection_id: 'nobody' } });
    expect(unknown.body).toMatchObject({ status: 404, code: 'connection.not_found' });
  });
});

describe('cancelling', () => {
  const cancelled = (sent: { body: Record<string, unknown> }) =>
    fixture.post(`${String(sent.body['href'])}/cancel`);

  it('asks the provider, whose answer counts', async () => {
    const { runner } = fixture.outbound;
    const sent = await fixture.send();
    await fixture.reaches(sent, 'in_progress');
    const tooLate = { status: 'in_progress', errorCode: 'too_late', error: 'already sending' };
    runner.ofFax = ({ cancel }) => ({
      resultJson: json(cancel ? tooLate : { status: 'in_progress' }),
    });
    expect((await cancelled(sent)).status).toBe(202);
    await eventually(async () => {
      const { body } = await fixture.outbound.gateway.get(String(sent.body['href']));
      expect(body).toMatchObject({ state: 'in_progress', error: { code: 'too_late' } });
    });
    runner.ofFax = ({ cancel }) => ({
      resultJson: json({ status: cancel ? 'cancelled' : 'in_progress' }),
    });
    expect((await cancelled(sent)).status).toBe(202);
    await fixture.reaches(sent, 'cancelled');
    expect((await cancelled(sent)).status).toBe(200);
    expect((await fixture.outbound.eventsAbout(sent.body['id'])).at(-1)).toMatch(/FaxCancelled$/u);
  });

  it('is refused when it is over', async () => {
    const sent = await fixture.send();
    fixture.outbound.runner.ofFax = () => ({ resultJson: json({ status: 'succeeded' }) });
    await fixture.reaches(sent, 'succeeded');
    expect((await cancelled(sent)).body).toMatchObject({
      status: 409,
      code: 'fax.not_cancellable',
    });
  });
});

describe('tests and lists', () => {
  it('marks a confirmed test, and refuses any other', async () => {
    const to = '+442079460111';
    const sent = await fixture.send({ fields: { to, test: 'true', confirm: to } });
    expect(sent.body).toMatchObject({ test: true });
    await fixture.reaches(sent, 'in_progress');
    const unconfirmed = await fixture.send({ fields: { to, test: 'true' } });
    expect(unconfirmed.body).toMatchObject({ status: 422, code: 'fax.test_unconfirmed' });
    const sample = { to: '+15551234567', test: 'true', confirm: '+15551234567' };
    expect((await fixture.send({ fields: sample })).body).toMatchObject({
      code: 'fax.test_number',
    });
  });

  it('lists the newest first, by state and connection, page by page', async () => {
    await fixture.announce('fax-9');
    const sent = [];
    for (let n = 0; n < 3; n++)
      sent.push(await fixture.send({ fields: { connection_id: 'fax-9', to: `+44207946000${n}` } }));
    for (const each of sent) await fixture.reaches(each, 'in_progress');
    const { gateway } = fixture.outbound;
    const ids = sent.map(({ body }) => body['id']).toReversed();
    const first = await gateway.get('/v1/faxes?connection=fax-9&limit=2&state=in_progress');
    const page = first.body as { data: { id: string }[]; next_cursor: string };
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await gateway.get(`/v1/faxes?connection=fax-9&cursor=${page.next_cursor}`);
    expect(rest.body).toMatchObject({ data: [{ id: ids[2] }], next_cursor: null });
    const none = await gateway.get('/v1/faxes?connection=fax-9&state=failed');
    expect(none.body).toEqual({ data: [], next_cursor: null });
    const other = await gateway.register('otherspace77', {
      spaceId: 'other',
      scopes: ['messages:read'],
    });
    const href = String(sent[0]?.body['href']);
    expect((await gateway.problem(href, { key: other })).body['code']).toBe('fax.not_found');
    expect((await gateway.get('/v1/faxes', { key: other })).body['data']).toEqual([]);
  });
});
