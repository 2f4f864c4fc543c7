import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  ConnectionState,
  ScheduleCatchUp,
  ScheduleOverlap,
  type ConnectionChangedSchema,
} from '@made-open/contracts';
import { connectionView } from '../../src/connections/connection.ts';
import { stateOf } from '../../src/connections/states/connection-state.ts';
import type { ConnectionStore, NewConnection } from '../../src/connections/connection-store.ts';
import type { PluginStore } from '../../src/plugins/plugin-store.ts';
import { announcesCanaries } from './announces-canaries.ts';
import { keepsOutcomes } from './keeps-outcomes.ts';
import { tellsStates } from './tells-states.ts';
import { keepsTests } from './keeps-tests.ts';
import { aVersion } from './plugin-store.contract.ts';

interface Subject {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  /** How the states of connections changed, as others heard of it: `<from> → <to>`. */
  stateChanges(): Promise<readonly string[]>;
  /** Every state of a connection that was announced so far. */
  announced(): Promise<readonly MessageInitShape<typeof ConnectionChangedSchema>[]>;
}

/** A connection to add. */
export function aConnection(changes: Partial<NewConnection> = {}): NewConnection {
  return {
    id: 'c1',
    spaceId: 'default',
    pluginId: 'com.example.my-connector',
    name: 'My account',
    schedule: '',
    timeZone: '',
    runSettings: {},
    webhookTokenHash: undefined,
    ...changes,
  };
}

/** What every ConnectionStore does. */
export function connectionStoreContract(make: () => Promise<Subject>): void {
  const pluginId = 'com.example.my-connector';
  const stored = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
  let subject: Subject;
  let connections: ConnectionStore;
  let plugins: PluginStore;

  beforeEach(async () => {
    subject = await make();
    ({ connections, plugins } = subject);
    await plugins.add(aVersion());
  });

  async function activate(): Promise<void> {
    await plugins.approve(pluginId, ['network:outbound:api.example.com', 'data:write:persons']);
    await plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
  }

  it('adds a connection, which is inactive until it has a config and an active plugin', async () => {
    expect(await connections.add(aConnection())).toBe(true);
    const found = await connections.find('c1');
    expect(found && connectionView(found)).toMatchObject({
      id: 'c1',
      name: 'My account',
      space_id: 'default',
      plugin_version: null,
      state: 'needs_configuration',
      reasons: [
        { code: 'connection.config_not_stored' },
        {
          code: 'connection.config_field_missing',
          message: 'the config field "apiKey" is missing',
        },
        { code: 'plugin.no_active_version' },
      ],
    });
    await connections.change('c1', { config: stored });
    await activate();
    const now = await connections.find('c1');
    expect(now && connectionView(now)).toMatchObject({
      plugin_version: '0.1.0',
      state: 'connecting',
      reasons: [{ code: 'connection.connecting' }],
      config_fields: ['apiKey'],
      config_revision: 1,
      is_provider: false,
    });
  });

  it('adds none to a plugin that does not exist', async () => {
    expect(await connections.add(aConnection({ pluginId: 'com.example.none' }))).toBe(false);
    expect(await connections.find('c1')).toBeUndefined();
  });

  it('keeps the settings of its runs until others are given, and announces them before those of the plugin', async () => {
    await activate();
    const runSettings = { schedule_policy: { overlap: 'queue', jitter_seconds: 0 } } as const;
    await connections.add(aConnection({ runSettings }));
    await connections.change('c1', { name: 'Renamed' });
    expect((await connections.find('c1'))?.connection.runSettings).toEqual(runSettings);
    await connections.change('c1', { runSettings: { schedule_policy: { catch_up: 'none' } } });
    await connections.change('c1', { runSettings: { schedule_policy: null } });
    const last = (await connections.find('c1'))?.connection.runSettings;
    expect(last).toEqual({ schedule_policy: null });
    const { SKIP, QUEUE } = ScheduleOverlap;
    const { ONCE, NONE } = ScheduleCatchUp;
    expect((await subject.announced()).map(({ schedulePolicy }) => schedulePolicy)).toEqual([
      expect.objectContaining({ overlap: QUEUE, catchUp: ONCE, jitterSeconds: 0 }),
      expect.objectContaining({ overlap: QUEUE, catchUp: ONCE, jitterSeconds: 0 }),
      expect.objectContaining({ overlap: SKIP, catchUp: NONE }),
      expect.objectContaining({ overlap: SKIP, catchUp: ONCE }),
    ]);
  });

  it('keeps the hash of the token of its webhooks until there is another, and announces it', async () => {
    await activate();
    await connections.add(aConnection({ webhookTokenHash: 'first' }));
    await connections.change('c1', { name: 'Renamed' });
    expect((await connections.find('c1'))?.connection.webhookTokenHash).toBe('first');
    await connections.change('c1', { webhookTokenHash: 'second' });
    expect((await connections.find('c1'))?.connection.webhookTokenHash).toBe('second');
    expect((await subject.announced()).map(({ webhookTokenHash }) => webhookTokenHash)).toEqual([
      'first',
      'first',
      'second',
    ]);
  });

  it('announces every change as the whole state, with a rising generation', async () => {
    await activate();
    await connections.add(aConnection({ schedule: '0 6 * * *', timeZone: 'Europe/Berlin' }));
    await connections.change('c1', { config: stored });
    await connections.change('c1', { isPaused: true, name: 'Renamed' });
    await plugins.revoke(pluginId, ['data:write:persons']);
    await connections.remove('c1', { isDataKept: false });
    const announced = await subject.announced();
    expect(announced.map(({ state, generation }) => [state, generation])).toEqual([
      [ConnectionState.INACTIVE, 1],
      [ConnectionState.ACTIVE, 2],
      [ConnectionState.PAUSED, 3],
      [ConnectionState.PAUSED, 4],
      [ConnectionState.DELETED, 5],
    ]);
    expect(announced[1]).toMatchObject({
      connectionId: 'c1',
      spaceId: 'default',
      pluginId,
      pluginVersion: '0.1.0',
      grants: ['network:outbound:api.example.com', 'data:write:persons'],
      schedule: '0 6 * * *',
      timeZone: 'Europe/Berlin',
      pluginType: 'connector',
      name: 'My account',
      mappingVersion: 1,
    });
    expect(announced[3]).toMatchObject({
      name: 'Renamed',
      grants: ['network:outbound:api.example.com'],
    });
  });

  it('asks for what the active version requires, whatever was required before', async () => {
    await activate();
    await connections.add(aConnection());
    await connections.change('c1', { config: stored });
    const configSchema = {
      type: 'object',
      properties: { apiKey: { type: 'string' }, tenant: { type: 'string' } },
      required: ['apiKey', 'tenant'],
    };
    await plugins.add(aVersion({ version: '0.2.0', configSchema }));
    await plugins.activate(pluginId, { version: '0.2.0', name: 'My Connector' });
    const found = await connections.find('c1');
    expect(found && connectionView(found).reasons).toMatchObject([
      { message: 'the config field "tenant" is missing' },
    ]);
    await plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
    const back = await connections.find('c1');
    expect(back && stateOf(back)).toBe('connecting');
  });

  it('changes only what is as the caller knows it', async () => {
    await connections.add(aConnection());
    expect(await connections.change('c1', { name: 'First' }, 1)).toBe(true);
    expect(await connections.change('c1', { name: 'Second' }, 1)).toBe(false);
    expect(await connections.change('c1', { isPaused: true })).toBe(true);
    expect(await connections.change('none', {})).toBe(false);
    const found = await connections.find('c1');
    expect(found?.connection).toMatchObject({ name: 'First', isPaused: true, generation: 3 });
    expect(await subject.announced()).toHaveLength(3);
  });

  it('knows the newest config, in whatever order it hears of them', async () => {
    await connections.add(aConnection());
    await connections.change('c1', {
      config: { revision: 3, fields: ['apiKey'], gaps: [], hasToken: false },
    });
    await connections.change('c1', {
      config: { revision: 2, fields: [], gaps: ['x'], hasToken: false },
    });
    const found = await connections.find('c1');
    expect(found?.connection).toMatchObject({
      configRevision: 3,
      configFields: ['apiKey'],
      configGaps: [],
    });
  });

  it('knows the newest of the account behind it, in whatever order it hears of it', async () => {
    await connections.add(aConnection());
    const id = 'c1';
    const refusal = { code: 'wallet.reauthentication_required', message: 'sign in again' };
    const hear = (revision: number, refused: typeof refusal | undefined, tokenField?: string) =>
      connections.change(id, { account: { revision, refusal: refused, tokenField } });
    const known = async () => {
      const { reauthentication, tokenField } = (await connections.find(id))?.connection ?? {};
      return { reauthentication, tokenField };
    };
    await hear(2, undefined, 'accessToken');
    await hear(1, refusal);
    expect(await known()).toEqual({ reauthentication: undefined, tokenField: 'accessToken' });
    await hear(3, refusal);
    await connections.change(id, { name: 'Another' });
    expect(await known()).toEqual({ reauthentication: refusal, tokenField: 'accessToken' });
    await hear(4, undefined, 'token');
    expect(await known()).toEqual({ reauthentication: undefined, tokenField: 'token' });
  });

  it('forgets that the source refused it when a config brings a token, or nobody signs in any more', async () => {
    const refusal = { code: 'wallet.reauthentication_required', message: 'sign in again' };
    const account = { revision: 1, refusal, tokenField: 'accessToken' };
    const known = async () => {
      const { reauthentication, tokenField } = (await connections.find('c1'))?.connection ?? {};
      return { reauthentication, tokenField };
    };
    await plugins.setAccount(pluginId, { tokenField: 'accessToken', needsSignIn: true });
    expect((await plugins.plugin(pluginId))?.account).toEqual({
      tokenField: 'accessToken',
      needsSignIn: true,
    });
    await connections.add(aConnection());
    await connections.change('c1', { config: stored, account });
    expect(await known()).toEqual({ reauthentication: refusal, tokenField: 'accessToken' });
    await connections.change('c1', { config: { ...stored, revision: 2 } });
    expect((await known()).reauthentication).toEqual(refusal);
    await connections.change('c1', { config: { ...stored, hasToken: true } });
    expect((await known()).reauthentication).toEqual(refusal);
    await connections.change('c1', { config: { ...stored, revision: 3, hasToken: true } });
    expect(await known()).toEqual({ reauthentication: undefined, tokenField: 'accessToken' });
    await connections.change('c1', { account: { ...account, revision: 2 } });
    const before = (await subject.announced()).length;
    await plugins.setAccount(pluginId, undefined);
    expect(await known()).toEqual({ reauthentication: undefined, tokenField: undefined });
    expect((await plugins.plugin(pluginId))?.account).toBeUndefined();
    expect(await subject.announced()).toHaveLength(before + 1);
  });

  it('gives pages, also of one plugin alone', async () => {
    await plugins.add(aVersion({ id: 'com.example.other' }));
    for (const id of ['c3', 'c1', 'c2']) await connections.add(aConnection({ id }));
    await connections.add(aConnection({ id: 'c0', pluginId: 'com.example.other' }));
    const ids = async (limit: number, after: string | undefined, plugin?: string) => {
      const page = await connections.list({ limit, after }, plugin);
      return { ids: page.data.map(({ connection }) => connection.id), next: page.next };
    };
    const page = await ids(3, undefined);
    expect(page.ids).toEqual(['c0', 'c1', 'c2']);
    expect(await ids(3, page.next)).toEqual({ ids: ['c3'], next: undefined });
    expect((await ids(9, undefined, 'com.example.other')).ids).toEqual(['c0']);
    const all = await connections.ofPlugin(pluginId);
    expect(all.map(({ connection }) => connection.id)).toEqual(['c1', 'c2', 'c3']);
  });

  it('forgets what was removed', async () => {
    await connections.add(aConnection());
    await connections.remove('c1', { isDataKept: false });
    await connections.remove('c1', { isDataKept: false });
    expect(await connections.find('c1')).toBeUndefined();
    expect(await connections.ofPlugin(pluginId)).toEqual([]);
    expect(await plugins.remove(pluginId)).toBe(true);
    expect(await connections.findDeleted('c1')).toBeUndefined();
  });

  it('remembers those whose data was kept, also when their plugin is gone, until it is erased', async () => {
    for (const id of ['c1', 'c2', 'c3']) await connections.add(aConnection({ id, name: `N${id}` }));
    await connections.change('c2', { name: 'Renamed' });
    for (const id of ['c1', 'c2', 'c3']) await connections.remove(id, { isDataKept: id !== 'c1' });
    expect(await plugins.remove(pluginId)).toBe(true);
    const first = await connections.deleted({ limit: 1, after: undefined });
    expect(first.data).toEqual([
      {
        id: 'c2',
        spaceId: 'default',
        pluginId,
        name: 'Renamed',
        generation: 3,
        deletedAt: expect.any(Date) as Date,
      },
    ]);
    const rest = await connections.deleted({ limit: 1, after: first.next });
    expect(rest).toMatchObject({ data: [{ id: 'c3' }], next: undefined });
    await connections.forget('c2');
    expect(await connections.findDeleted('c2')).toBeUndefined();
    expect(await connections.findDeleted('c3')).toMatchObject({ name: 'Nc3' });
  });

  keepsTests(() => subject, aConnection());
  keepsOutcomes(() => subject, aConnection());
  tellsStates(() => subject, aConnection());
  announcesCanaries(() => subject, aConnection());
}
