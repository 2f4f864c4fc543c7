import type { ManifestChannel, ManifestProvider } from '@made-open/manifest';
import type { Webhook } from './webhook.ts';

export type ConnectionState = 'active' | 'paused' | 'inactive' | 'deleted';

/** A connection of a plugin, as plugin-manager last announced it. */
export interface Connection {
  readonly id: string;
  readonly spaceId: string;
  readonly pluginId: string;
  /** connector, channel or operator. */
  readonly pluginType: string;
  readonly pluginVersion: string;
  readonly name: string;
  readonly state: ConnectionState;
  /** Of the announcement; older ones are ignored. */
  readonly generation: number;
  readonly grants: readonly string[];
  readonly webhooks: readonly Webhook[];
  /** SHA-256 of the token in the addresses of its webhooks, hexadecimal; empty before there is one. */
  readonly tokenHash: string;
  /** Absent when it is no channel. */
  readonly channel: ManifestChannel | undefined;
  /** Absent when it provides nothing that has a slot. */
  readonly provider: ManifestProvider | undefined;
  /** Names of what it can be asked to do: `send_fax`. */
  readonly actions: readonly string[];
  /** Each request to its source is asked for before. */
  readonly hasRequestBudget: boolean;
}
