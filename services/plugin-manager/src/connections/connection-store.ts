import type { AskedTest, ConnectionTest } from '../connection-tests/connection-test.ts';
import type { Page, PageRequest } from '../page.ts';
import type { PluggedConnection, Reason } from './connection.ts';
import type { DeletedConnection } from './deleted-connection.ts';
import type { Signal } from './states/connection-signals.ts';
import type { RunSettings } from './run-settings.ts';

export interface NewConnection {
  readonly id: string;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly name: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly runSettings: RunSettings;
  readonly webhookTokenHash: string | undefined;
  /** It is the one that the configuration of its plugin in its space is kept in. */
  readonly isProvider?: boolean;
}

/** What is known of a config that the wallet keeps. */
export interface StoredConfig {
  readonly revision: number;
  readonly fields: readonly string[];
  readonly gaps: readonly string[];
  /** It brings an access token, entered by hand: a way in, whatever the source refused before. */
  readonly hasToken: boolean;
}

export interface ConnectionChange {
  readonly name?: string | undefined;
  readonly schedule?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly isPaused?: boolean | undefined;
  readonly isDeleting?: boolean | undefined;
  /** Each that is given takes the place of the one before. */
  readonly runSettings?: RunSettings | undefined;
  /** The one before opens nothing any more. */
  readonly webhookTokenHash?: string | undefined;
  readonly config?: StoredConfig | undefined;
  readonly account?: AccountNews | undefined;
}

/** How the newest sync ended. */
export interface SyncOutcome {
  /** Rises with each run. */
  readonly runId: string;
  /** Absent when it went well. */
  readonly failure: Reason | undefined;
}

/** What the wallet says of the account behind a connection; older news than those that are known are left alone. */
export interface AccountNews {
  readonly revision: number;
  /** Why the source does not let it in; absent when it does. */
  readonly refusal: Reason | undefined;
  /** The config field that the wallet fills with an access token. */
  readonly tokenField: string | undefined;
}

/** Connections. Every change raises the generation and is announced in the same transaction. */
export abstract class ConnectionStore {
  /** Adds a connection without a config; false when the plugin does not exist. */
  abstract add(connection: NewConnection): Promise<boolean>;
  abstract list(page: PageRequest, pluginId: string | undefined): Promise<Page<PluggedConnection>>;
  abstract find(id: string): Promise<PluggedConnection | undefined>;
  /**
   * Changes what is given. False, and nothing has changed: the generation is not the expected one. A config older than
   * the one that is known stays unnoted: the wallet holds the newer.
   */
  abstract change(id: string, change: ConnectionChange, expected?: number): Promise<boolean>;
  /** Notes how a sync ended, unless a newer one is known. */
  abstract noteOutcome(id: string, outcome: SyncOutcome): Promise<void>;
  /** Notes how it fares. Of this, of outcomes and of tests the others hear only when the state of the connection is another one. */
  abstract noteSignal(id: string, signal: Signal): Promise<void>;
  /** A test begins; it takes the place of one that goes on. The generation stays. */
  abstract askTest(id: string, asked: AskedTest): Promise<void>;
  /** Notes what a test came to; false when it is not the one that goes on. */
  abstract endTest(id: string, test: ConnectionTest): Promise<boolean>;
  /** With its data kept it is remembered as deleted. */
  abstract remove(id: string, of: { readonly isDataKept: boolean }): Promise<void>;
  /** Those that are gone while what they brought was kept. */
  abstract deleted(page: PageRequest): Promise<Page<DeletedConnection>>;
  abstract findDeleted(id: string): Promise<DeletedConnection | undefined>;
  /** Nothing is left of what a deleted connection brought. */
  abstract forget(id: string): Promise<void>;
  /** All connections of a plugin. */
  abstract ofPlugin(pluginId: string): Promise<PluggedConnection[]>;
}
