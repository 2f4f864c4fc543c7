/** A ticket that a runner will show once; only its hash is known here. */
export interface Ticket {
  readonly pluginId: string;
  /** SHA-256, hexadecimal. */
  readonly ticketHash: string;
}

/** A runner's public key, and the plugin it may have configs of. */
export interface RunnerKey {
  readonly runnerId: string;
  readonly pluginId: string;
  readonly publicKey: Uint8Array;
}

/** Tickets, and the keys that were bound with them. */
export abstract class RunnerStore {
  /** Announced again it stays as it is. */
  abstract announce(ticket: Ticket, lifetimeSeconds: number): Promise<void>;
  /**
   * Uses the ticket up for this key and gives the runner's id. The same key with the same ticket gets the id it got
   * before, since its answer may have been lost; undefined when the ticket is not good.
   */
  abstract bind(
    ticketHash: string,
    runner: RunnerKey,
    lifetimeSeconds: number,
  ): Promise<string | undefined>;
  /** The key of a runner of this plugin, unless its binding has expired. */
  abstract publicKey(pluginId: string, runnerId: string): Promise<Uint8Array | undefined>;
}
