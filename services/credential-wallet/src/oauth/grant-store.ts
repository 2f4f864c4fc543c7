/** Whose account. */
export interface AccountOwner {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
}

/** Why a source does not let a connection in any more. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What is known of the account behind a connection, beside its tokens. */
export interface Grant {
  /** Rises with everything that is announced. */
  readonly revision: number;
  readonly refusal: Refusal | undefined;
}

/** Accounts behind connections, and who of the replicas refreshes their tokens. */
export abstract class GrantStore {
  abstract find(connectionId: string): Promise<Grant | undefined>;
  /** Gives the right to refresh to one at a time, until it ends or is released; false while another has it. */
  abstract lease(owner: AccountOwner, leaseId: string, seconds: number): Promise<boolean>;
  abstract release(connectionId: string, leaseId: string): Promise<void>;
  /** Notes how it stands and ends any lease; gives the new revision. */
  abstract settle(owner: AccountOwner, refusal: Refusal | undefined): Promise<number>;
  abstract remove(connectionId: string): Promise<void>;
}
