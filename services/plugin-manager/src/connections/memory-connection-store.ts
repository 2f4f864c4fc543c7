import type { ConnectionStateChanged } from '@made-open/contracts';
import type { AskedTest, ConnectionTest } from '../connection-tests/connection-test.ts';
import { pageOf, type Page, type PageRequest } from '../page.ts';
import { referenceVersion } from '../plugins/change-plugin.ts';
import type { MemoryPluginStore } from '../plugins/memory-plugin-store.ts';
import { connectionChanged, type Connection, type PluggedConnection } from './connection.ts';
import {
  ConnectionStore,
  type AccountNews,
  type ConnectionChange,
  type NewConnection,
  type SyncOutcome,
} from './connection-store.ts';
import { isOver, withoutSending, withSignal, type Signal } from './states/connection-signals.ts';
import { stateChanged } from './states/state-changed.ts';
import type { DeletedConnection } from './deleted-connection.ts';

/** Connections in memory, for tests. */
export class MemoryConnectionStore extends ConnectionStore {
  /** Every state that was announced. */
  readonly announced: ReturnType<typeof connectionChanged>[] = [];
  /** Every change of a state that was told. */
  readonly stateChanges: ConnectionStateChanged[] = [];
  /** Hears of a connection that is being deleted, and of one that is gone. */
  onGone: (id: string, isDeleted: boolean) => void = () => undefined;
  readonly #told = new Map<string, string>();
  readonly #plugins: MemoryPluginStore;
  readonly #accountRevisions = new Map<string, number>();
  readonly #connections = new Map<string, Connection>();
  readonly #newestRuns = new Map<string, string>();
  readonly #deleted = new Map<string, DeletedConnection>();

  constructor(plugins: MemoryPluginStore) {
    super();
    this.#plugins = plugins;
    plugins.isConnected = (id) => this.#of(id).length > 0;
    plugins.onNoAccount = (id) => {
      const none = { reauthentication: undefined, tokenField: undefined };
      for (const connection of this.#of(id))
        this.#connections.set(connection.id, { ...connection, ...none });
    };
    plugins.onChange = (id) => {
      for (const connection of this.#of(id)) void this.change(connection.id, {});
    };
  }

  override async add(connection: NewConnection): Promise<boolean> {
    if ((await this.#plugins.plugin(connection.pluginId)) === undefined) return false;
    const now = new Date();
    this.#connections.set(connection.id, {
      ...connection,
      isProvider: connection.isProvider ?? false,
      isPaused: false,
      configRevision: 0,
      configFields: [],
      configGaps: [],
      reauthentication: undefined,
      tokenField: undefined,
      failure: undefined,
      signals: {},
      isDeleting: false,
      askedTest: undefined,
      lastTest: undefined,
      generation: 1,
      createdAt: now,
      updatedAt: now,
    });
    await this.#announce(connection.id);
    return true;
  }

  override async list(
    { limit, after = '' }: PageRequest,
    pluginId: string | undefined,
  ): Promise<Page<PluggedConnection>> {
    const rows = [...this.#connections.values()]
      .filter(
        (entry) => entry.id > after && (pluginId === undefined || entry.pluginId === pluginId),
      )
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const { data, next } = pageOf(rows, limit, ({ id }) => id);
    return { data: await Promise.all(data.map((entry) => this.#plug(entry))), next };
  }

  override async find(id: string): Promise<PluggedConnection | undefined> {
    const connection = this.#connections.get(id);
    return connection === undefined ? undefined : this.#plug(connection);
  }

  /** It is neither held nor being deleted. */
  isInUse(id: string): boolean {
    const connection = this.#connections.get(id);
    return connection !== undefined && !connection.isPaused && !connection.isDeleting;
  }

  override async change(
    id: string,
    { config, account, runSettings, ...rest }: ConnectionChange,
    expected?: number,
  ): Promise<boolean> {
    const before = this.#connections.get(id);
    if (before === undefined || before.generation !== (expected ?? before.generation)) return false;
    const isNewer = config !== undefined && config.revision > before.configRevision;
    const stored = isNewer && {
      configRevision: config.revision,
      configFields: config.fields,
      configGaps: config.gaps,
      failure: undefined,
      signals: withoutSending(before.signals),
      ...(config.hasToken ? { reauthentication: undefined } : {}),
    };
    if (rest.isDeleting === true) this.onGone(id, false);
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    this.#connections.set(id, {
      ...before,
      ...Object.fromEntries(given),
      ...stored,
      ...this.#news(before, account),
      runSettings: { ...before.runSettings, ...runSettings },
      generation: before.generation + 1,
      updatedAt: new Date(),
    });
    await this.#announce(id);
    return true;
  }

  override noteOutcome(id: string, { runId, failure }: SyncOutcome): Promise<void> {
    const connection = this.#connections.get(id);
    const isNews = (this.#newestRuns.get(id) ?? '') <= runId;
    if (connection !== undefined && isNews) {
      this.#newestRuns.set(id, runId);
      this.#connections.set(id, { ...connection, failure });
      return this.#take(id, [{ kind: 'tried' }, { kind: 'released', runId }]);
    }
    return Promise.resolve();
  }

  override async noteSignal(id: string, signal: Signal): Promise<void> {
    if (!isOver(signal, this.#newestRuns.get(id))) await this.#take(id, [signal]);
  }

  async #take(id: string, news: readonly Signal[]): Promise<void> {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    const signals = news.reduce(withSignal, connection.signals);
    this.#connections.set(id, { ...connection, signals });
    await this.#tell(id);
  }

  async #tell(id: string): Promise<void> {
    const plugged = await this.find(id);
    const changed = plugged && stateChanged(plugged, this.#told.get(id) ?? '', false);
    if (changed === undefined) return;
    this.#told.set(id, changed.to);
    this.stateChanges.push(changed);
  }

  #news(before: Connection, account: AccountNews | undefined): Partial<Connection> {
    const known = this.#accountRevisions.get(before.id) ?? 0;
    if (account === undefined || account.revision <= known) return {};
    this.#accountRevisions.set(before.id, account.revision);
    const { refusal, tokenField = before.tokenField } = account;
    const isMended = refusal === undefined && before.failure?.code.startsWith('wallet.') === true;
    const failure = isMended ? undefined : before.failure;
    const signals = refusal === undefined ? withoutSending(before.signals) : before.signals;
    return { reauthentication: refusal, tokenField, failure, signals };
  }

  override askTest(id: string, askedTest: AskedTest): Promise<void> {
    const connection = this.#connections.get(id);
    if (connection !== undefined) this.#connections.set(id, { ...connection, askedTest });
    return Promise.resolve();
  }

  override async endTest(id: string, lastTest: ConnectionTest): Promise<boolean> {
    const connection = this.#connections.get(id);
    if (connection?.askedTest?.id !== lastTest.id) return false;
    this.#connections.set(id, { ...connection, lastTest, askedTest: undefined });
    await this.#take(id, [{ kind: 'tried' }]);
    return true;
  }

  override async remove(id: string, { isDataKept }: { isDataKept: boolean }): Promise<void> {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    const last = { ...connection, generation: connection.generation + 1 };
    const plugged = await this.#plug(last);
    this.#connections.delete(id);
    this.onGone(id, true);
    const changed = stateChanged(plugged, this.#told.get(id) ?? '', true);
    if (changed !== undefined) this.stateChanges.push(changed);
    this.announced.push(connectionChanged(plugged, true));
    const { spaceId, pluginId, name, generation } = last;
    const deleted = { id, spaceId, pluginId, name, generation, deletedAt: new Date() };
    if (isDataKept) this.#deleted.set(id, deleted);
  }

  override deleted({ limit, after = '' }: PageRequest): Promise<Page<DeletedConnection>> {
    const rows = [...this.#deleted.values()]
      .filter(({ id }) => id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.resolve(pageOf(rows, limit, ({ id }) => id));
  }

  override findDeleted(id: string): Promise<DeletedConnection | undefined> {
    return Promise.resolve(this.#deleted.get(id));
  }

  override forget(id: string): Promise<void> {
    this.#deleted.delete(id);
    return Promise.resolve();
  }

  override ofPlugin(pluginId: string): Promise<PluggedConnection[]> {
    return Promise.all(this.#of(pluginId).map((entry) => this.#plug(entry)));
  }

  #of(pluginId: string): Connection[] {
    return [...this.#connections.values()]
      .filter((entry) => entry.pluginId === pluginId)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #announce(id: string): Promise<void> {
    const plugged = await this.find(id);
    if (plugged !== undefined) this.announced.push(connectionChanged(plugged));
    await this.#tell(id);
  }

  async #plug(connection: Connection): Promise<PluggedConnection> {
    const plugin = await this.#plugins.plugin(connection.pluginId);
    const reference = plugin && (await referenceVersion(this.#plugins, plugin));
    if (plugin === undefined || reference === undefined)
      throw new TypeError(`connection ${connection.id} has no plugin`);
    const tried = plugin.canary && (await this.#plugins.version(plugin.id, plugin.canary.version));
    return { connection, plugin, reference, tried };
  }
}
