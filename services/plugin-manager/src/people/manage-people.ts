import type { ChangeConnection } from '../connections/change-connection.ts';
import { notFound } from '../errors.ts';
import type { Page } from '../page.ts';
import type {
  ErasedStep,
  ExportedRecord,
  LinkedPerson,
  People,
  PersonKey,
  RecordKeys,
} from './people.ts';

/** People and their data as operators see to them. */
export class ManagePeople {
  readonly #people: People;
  readonly #connections: Pick<ChangeConnection, 'find' | 'isKept'>;

  constructor(people: People, connections: Pick<ChangeConnection, 'find' | 'isKept'>) {
    this.#people = people;
    this.#connections = connections;
  }

  async find(person: PersonKey): Promise<LinkedPerson> {
    return (
      (await this.#people.find(lowerCase(person))) ??
      Promise.reject(notFound('person', person.personId))
    );
  }

  link(records: RecordKeys): Promise<readonly LinkedPerson[]> {
    return this.#people.link(records);
  }

  unlink(records: RecordKeys): Promise<readonly LinkedPerson[]> {
    return this.#people.unlink(records);
  }

  /** Nobody is left of a person that is not there: the last of several calls finds none. */
  erase(person: PersonKey, withMentions: boolean): Promise<ErasedStep> {
    return this.#people.erase(lowerCase(person), withMentions);
  }

  async exportPerson(person: PersonKey, after?: string): Promise<Page<ExportedRecord>> {
    await this.find(person);
    return this.#people.exportPerson(lowerCase(person), after);
  }

  async exportConnection(id: string, after?: string): Promise<Page<ExportedRecord>> {
    if (!(await this.#connections.isKept(id))) await this.#connections.find(id);
    return this.#people.exportConnection(id, after);
  }
}

/** A UUID means the same in capitals. */
function lowerCase({ spaceId, personId }: PersonKey): PersonKey {
  return { spaceId, personId: personId.toLowerCase() };
}
