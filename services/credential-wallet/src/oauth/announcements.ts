import type { AccountOwner, Refusal } from './grant-store.ts';

/** What others hear of an account. */
export interface Announcement {
  readonly owner: AccountOwner;
  /** Absent when it has a fresh token. */
  readonly refusal: Refusal | undefined;
  readonly revision: number;
  /** The property of the config that the token fills. */
  readonly tokenProperty: string;
}

/** News that leave when the transaction is committed. */
export abstract class Announcements {
  abstract append(announcement: Announcement): Promise<void>;
}
