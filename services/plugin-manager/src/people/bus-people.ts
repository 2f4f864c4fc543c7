import type { Bus } from '@made-open/bus';
import { EntityService, type ExportDataResponse } from '@made-open/contracts';
import type { Page } from '../page.ts';
import {
  People,
  type ErasedStep,
  type ExportedRecord,
  type LinkedPerson,
  type PersonKey,
  type RecordKeys,
} from './people.ts';

const { getLinkedPerson, linkPersons, unlinkPersons, erasePerson, exportData } =
  EntityService.method;

/** Erasing takes its time; below the 30 s after which NATS would bring the request again. */
const slow = { timeoutMs: 28_000 };

export class BusPeople extends People {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  override async find(person: PersonKey): Promise<LinkedPerson | undefined> {
    return (await this.#bus.call(getLinkedPerson, person)).person;
  }

  override async link({ spaceId, entityIds }: RecordKeys): Promise<readonly LinkedPerson[]> {
    const request = { spaceId, entityIds: [...entityIds] };
    return (await this.#bus.call(linkPersons, request)).persons;
  }

  override async unlink({ spaceId, entityIds }: RecordKeys): Promise<readonly LinkedPerson[]> {
    const request = { spaceId, entityIds: [...entityIds] };
    return (await this.#bus.call(unlinkPersons, request)).persons;
  }

  override async erase(person: PersonKey, withMentions: boolean): Promise<ErasedStep> {
    const { done, erased } = await this.#bus.call(erasePerson, { ...person, withMentions }, slow);
    return { isDone: done, erased };
  }

  override async exportPerson(person: PersonKey, after = ''): Promise<Page<ExportedRecord>> {
    return pageOf(await this.#bus.call(exportData, { ...person, cursor: after }, slow));
  }

  override async exportConnection(connectionId: string, after = ''): Promise<Page<ExportedRecord>> {
    return pageOf(await this.#bus.call(exportData, { connectionId, cursor: after }, slow));
  }
}

function pageOf({ records, nextCursor }: ExportDataResponse): Page<ExportedRecord> {
  return { data: records, next: nextCursor || undefined };
}
