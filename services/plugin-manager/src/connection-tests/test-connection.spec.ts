import { create } from '@bufbuild/protobuf';
import { RecordTestRequestSchema } from '@made-open/contracts';
import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import type { RunnerView } from '../fleet/runner-view.ts';
import { RecordTest } from './record-test.ts';
import { TestConnection } from './test-connection.ts';

const pluginId = 'com.example.my-connector';
const passed = { code: '', message: '', isLoaded: true, hasOwnTest: true };

describe('TestConnection', () => {
  let parts: ReturnType<typeof memoryParts>;
  let runners: Partial<RunnerView>[];
  let kicked: string[];

  beforeEach(async () => {
    parts = memoryParts();
    runners = [];
    kicked = [];
    await parts.plugins.add(aVersion());
    await parts.connections.add(aConnection());
    const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
    await parts.connections.change('c1', { config });
  });

  const activate = async (): Promise<void> => {
    const permissions = ['network:outbound:api.example.com', 'data:write:persons'];
    await parts.plugins.approve(pluginId, permissions);
    await parts.plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
  };
  const test = (testMs = 30_000) => {
    const view = () =>
      Promise.resolve(runners.map((runner) => ({ plugin_id: pluginId, ...runner }) as RunnerView));
    const fleet = { view, kick: (id: string) => kicked.push(id) };
    return new TestConnection({ ...parts, fleet, testMs }).test('c1');
  };
  /** A runner that answers every test at once. */
  const answerWith = (result: object, plugin = pluginId): void => {
    parts.testQueue.onTest = ({ testId, connectionId }) =>
      new RecordTest(parts.connections, parts.profile).record(
        plugin,
        create(RecordTestRequestSchema, { testId, connectionId, ...result }),
      );
  };
  const last = async () => (await parts.connections.find('c1'))?.connection.lastTest;

  it('does not ask a runner for what the platform knows', async () => {
    const result = await test();
    expect(result).toMatchObject({
      ok: false,
      code: 'plugin.permission_not_approved',
      remedy: 'approve',
      plugin_version: null,
      checked: [{ what: 'version', result: 'failed' }],
    });
    expect(parts.testQueue.tests).toEqual([]);
    expect(await last()).toEqual(result);
  });

  it('gives what a runner says of it, and leaves it with the connection', async () => {
    await activate();
    answerWith(passed);
    const result = await test();
    expect(result).toMatchObject({
      ok: true,
      code: null,
      message: expect.stringContaining('testConnection of the plugin passed') as unknown,
      remedy: null,
      plugin_version: '0.1.0',
    });
    expect(result.checked.map(({ what }) => what)).toEqual([
      'version',
      'permissions',
      'config',
      'sign_in',
      'runner',
      'entrypoint',
      'own_test',
    ]);
    expect(kicked).toEqual([pluginId]);
    expect(await last()).toEqual(result);
  });

  it('takes no word of another plugin’s runner, and none once the test is over', async () => {
    await activate();
    answerWith(passed, 'com.example.other');
    expect(await test(1)).toMatchObject({ ok: false, code: 'runner.not_ready', remedy: 'retry' });
    answerWith(passed);
    const [first] = parts.testQueue.tests;
    if (first !== undefined) await parts.testQueue.onTest(first);
    expect(await last()).toMatchObject({ code: 'runner.not_ready' });
  });

  it('says that a runner had no result in time', async () => {
    await activate();
    runners = [{ state: 'running' }];
    expect(await test(1)).toMatchObject({ ok: false, code: 'test.deadline' });
  });

  it('says that the runner is held back since it crashed, without waiting', async () => {
    await activate();
    runners = [{ state: 'crashed', crashes: 5, last_fault: 'exit code 3' }];
    const result = await test();
    expect(result).toMatchObject({ ok: false, code: 'runner.crashed', remedy: 'reset_runner' });
    expect(result.message).toContain('exit code 3');
    expect(result.checked.at(-1)).toMatchObject({ what: 'runner', result: 'failed' });
  });

  it('gives the result of a later test that took its place', async () => {
    await activate();
    parts.testQueue.onTest = async () => {
      answerWith(passed);
      await test();
    };
    const result = await test();
    expect(result.ok).toBe(true);
    expect(parts.testQueue.tests.at(1)?.testId).toBe(result.id);
  });

  it('refuses one that is being deleted', async () => {
    await parts.connections.change('c1', { isDeleting: true });
    await expect(test()).rejects.toMatchObject({ code: 'connection.deleting.conflict' });
  });
});
