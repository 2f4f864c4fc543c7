import type { Page } from '../page.ts';

/** A person and the records that are of this person, from all sources. */
export interface LinkedPerson {
  /** Stays the same as long as one of the records is there. */
  readonly personId: string;
  readonly records: readonly { readonly entityId: string; readonly rule: string }[];
}

/** A person of a space, by its id or that of one of its records. */
export interface PersonKey {
  readonly spaceId: string;
  readonly personId: string;
}

export interface RecordKeys {
  readonly spaceId: string;
  readonly entityIds: readonly string[];
}

export interface ErasedStep {
  readonly isDone: boolean;
  readonly erased: number;
}

/** One object of an export. */
export interface ExportedRecord {
  readonly kind: string;
  /** JSON text, as it is kept: parsed and written again, numbers of sources could change. */
  readonly json: string;
}

/** What etl knows and does about people and their data. */
export abstract class People {
  abstract find(person: PersonKey): Promise<LinkedPerson | undefined>;
  /** The records are of one person; gives all persons that were touched. */
  abstract link(records: RecordKeys): Promise<readonly LinkedPerson[]>;
  /** The records are not of the person that they were linked with; gives all persons that were touched. */
  abstract unlink(records: RecordKeys): Promise<readonly LinkedPerson[]>;
  /** One step of an erasure; one of nobody is done. */
  abstract erase(person: PersonKey, withMentions: boolean): Promise<ErasedStep>;
  abstract exportPerson(
    person: PersonKey,
    after: string | undefined,
  ): Promise<Page<ExportedRecord>>;
  abstract exportConnection(
    connectionId: string,
    after: string | undefined,
  ): Promise<Page<ExportedRecord>>;
}
