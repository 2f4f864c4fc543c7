import { create } from '@bufbuild/protobuf';
import { RecordLogsRequestSchema } from '@made-open/contracts';
import { aConnection } from '../../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../../test/contracts/plugin-store.contract.ts';
import { MemoryConnectionStore } from '../../connections/memory-connection-store.ts';
import { MemoryPluginStore } from '../../plugins/memory-plugin-store.ts';
import { MemoryRunLogStore } from './memory-run-log-store.ts';
import { Profile } from '../../profile/profile.ts';
import { RecordLogs } from './record-logs.ts';

describe('RecordLogs', () => {
  const pluginId = 'com.example.my-connector';
  let logs: MemoryRunLogStore;
  let recordLogs: RecordLogs;

  beforeEach(async () => {
    const plugins = new MemoryPluginStore();
    await plugins.add(aVersion());
    const connections = new MemoryConnectionStore(plugins);
    await connections.add(aConnection());
    logs = new MemoryRunLogStore();
    recordLogs = new RecordLogs(connections, logs, new Profile('standard'));
  });

  const record = (messages: readonly string[], dropped = 0): Promise<void> =>
    recordLogs.record(
      pluginId,
      create(RecordLogsRequestSchema, {
        runId: 'r',
        connectionId: 'c1',
        lines: messages.map((message) => ({ message, fieldsJson: '{}' })),
        dropped,
      }),
    );
  const lastMessage = async (): Promise<string | undefined> =>
    (await logs.list('r', { limit: 20_000, after: undefined })).data.at(-1)?.message;
  const end = 'the log ends here: a run keeps 10000 lines and 4 MiB';

  it('keeps when and how bad under hipaa, and nothing of what was said', async () => {
    const plugins = new MemoryPluginStore();
    await plugins.add(aVersion());
    const connections = new MemoryConnectionStore(plugins);
    await connections.add(aConnection());
    const strict = new RecordLogs(connections, logs, new Profile('hipaa'));
    const line = { level: 'error', message: 'HTTP 422: no +15550100', fieldsJson: '{"a":"b"}' };
    const request = { runId: 'r', connectionId: 'c1', lines: [line] };
    await strict.record(pluginId, create(RecordLogsRequestSchema, request));
    const { data } = await logs.list('r', { limit: 10, after: undefined });
    expect(data).toMatchObject([{ level: 'error', fields: '{}' }]);
    expect(data[0]?.message).toMatch(/^HTTP 422; /u);
    expect(data[0]?.message).not.toContain('5550100');
  });

  it('keeps 10,000 lines of a run, the last of which says that it is the last', async () => {
    for (let call = 0; call < 11; call++) await record(Array.from({ length: 1000 }, () => 'x'));
    expect((await logs.size('r')).lines).toBe(10_000);
    expect(await lastMessage()).toBe(end);
  });

  it('keeps 4 MiB of a run, however few its lines are', async () => {
    const call = Array.from({ length: 100 }, () => 'ü'.repeat(8000));
    for (let n = 0; n < 5; n++) await record(call, 1);
    const { bytes } = await logs.size('r');
    expect(bytes).toBeGreaterThanOrEqual(4 * 1024 * 1024);
    expect(bytes).toBeLessThan(4 * 1024 * 1024 + 20_000);
    expect(await lastMessage()).toBe(end);
  });

  it('keeps lines of the plugin’s own connections only', async () => {
    const request = create(RecordLogsRequestSchema, {
      runId: 'r',
      connectionId: 'c1',
      lines: [{ message: 'forged' }],
    });
    await recordLogs.record('com.example.other', request);
    expect((await logs.size('r')).lines).toBe(0);
  });

  it('cleans what a plugin can write', async () => {
    const lines = [
      { time: 'never', level: 'fatal', message: 'a\u0000b\ud800', fieldsJson: '[1]' },
      { time: '', level: 'warn', message: 'x'.repeat(10_000), fieldsJson: '{"broken":' },
    ];
    await recordLogs.record(
      pluginId,
      create(RecordLogsRequestSchema, { runId: 'r', connectionId: 'c1', lines }),
    );
    const [first, second] = (await logs.list('r', { limit: 9, after: undefined })).data;
    expect(first).toMatchObject({ level: 'info', message: 'ab\ufffd', fields: '{}' });
    expect(Number.isNaN(first?.at.getTime())).toBe(false);
    expect(second).toMatchObject({ level: 'warn', fields: '{}' });
    expect(second?.message).toHaveLength(8192);
  });

  it('says how many lines were dropped', async () => {
    await record(['a'], 7);
    expect(await lastMessage()).toBe('7 lines were dropped: the log came too fast');
  });
});
