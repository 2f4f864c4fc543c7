import type { MessageInitShape } from '@bufbuild/protobuf';
import { readMessage } from '@made-open/bus';
import {
  pluginToken,
  RunnerService,
  TestConnectionSchema,
  testsConsumer,
  type RecordTestRequestSchema,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { Manager } from '../platform/manager.ts';

const { recordTest } = RunnerService.method;

describe('a test of a connection', () => {
  let manager: Manager;
  let pluginId: string;
  let answer: MessageInitShape<typeof RecordTestRequestSchema> | undefined;

  /** Takes tests as a runner does, and says of each what the test at hand wants. */
  const beRunner = async (): Promise<void> => {
    const parameters = { plugin: pluginToken(pluginId) };
    const runner = await manager.platform.runnerBus(pluginId);
    runner.consume(testsConsumer(pluginId), async ({ data }) => {
      const { testId, connectionId } = readMessage(TestConnectionSchema, data);
      if (answer !== undefined)
        await runner.call(recordTest, { ...answer, testId, connectionId }, { parameters });
      return 'ack';
    });
  };

  beforeAll(async () => {
    manager = await Manager.start();
    pluginId = await manager.install();
    // The queue is there once the manager has started a runner.
    await manager.connect(pluginId);
    await eventually(() => expect(manager.logged('fake runner begins')).not.toEqual([]));
    await beRunner();
  });
  afterAll(() => manager?.stop());
  beforeEach(() => {
    answer = { isLoaded: true, hasOwnTest: true };
  });

  it('is answered with what its runner says, shown on the connection and audited', async () => {
    const id = await manager.connect(pluginId);
    expect((await manager.get(`/connections/${id}`)).body['last_test']).toBeNull();
    const { headers } = await manager.get(`/connections/${id}`);
    const tested = await manager.post(`/connections/${id}/test`);
    expect(tested).toMatchObject({
      status: 200,
      body: { ok: true, code: null, remedy: null, plugin_version: '0.1.0' },
    });
    const shown = await manager.get(`/connections/${id}`);
    const { id: testId, at, message } = tested.body;
    const last = { id: testId, at, ok: true, code: null, message };
    expect(shown.body['last_test']).toEqual(last);
    // Nothing of the connection has changed.
    expect(shown.headers.get('etag')).toBe(headers.get('etag'));
    const { body } = await manager.get('/audit?limit=200');
    expect(body['data']).toContainEqual(
      expect.objectContaining({ action: 'connection.test', target: `${id}: ok`, outcome: 'done' }),
    );
  });

  it('says why it failed and what helps, without what is secret', async () => {
    const id = await manager.connect(pluginId, { apiKey: 'k-of-the-source' });
    answer = { ...answer, code: 'http.status', message: 'HTTP 401', httpStatus: 401 };
    const { body, text } = await manager.post(`/connections/${id}/test`);
    expect(body).toMatchObject({
      ok: false,
      code: 'http.status',
      message: expect.stringMatching(/^HTTP 401: .* config/u) as unknown,
      remedy: 'configure',
    });
    expect(text).not.toContain('k-of-the-source');
  });

  it('names the fields that the config lacks, without a runner', async () => {
    const id = await manager.connect(pluginId, {});
    expect((await manager.post(`/connections/${id}/test`)).body).toMatchObject({
      ok: false,
      code: 'connection.config_field_missing',
      message: expect.stringContaining('"apiKey"') as unknown,
      remedy: 'configure',
    });
  });

  it('is refused where there is no such connection, and to a key that may only read', async () => {
    const id = await manager.connect(pluginId);
    expect((await manager.post('/connections/unknown/test')).status).toBe(404);
    const key = await manager.key(['admin:connections:read']);
    expect((await manager.post(`/connections/${id}/test`, {}, { key })).status).toBe(403);
  });

  it('ends by itself when its runner says nothing', async () => {
    const id = await manager.connect(pluginId);
    answer = undefined;
    await manager.end('SIGTERM');
    await manager.run({ CONNECTION_TEST_SECONDS: '1' });
    const { status, body } = await manager.post(`/connections/${id}/test`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: false, remedy: 'retry' });
    expect(['test.deadline', 'runner.not_ready']).toContain(body['code']);
  });
});
