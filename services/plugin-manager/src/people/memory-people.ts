import type { Page } from '../page.ts';
import {
  People,
  type ErasedStep,
  type ExportedRecord,
  type LinkedPerson,
  type PersonKey,
  type RecordKeys,
} from './people.ts';

/** People in memory: each record is of a person, and its JSON text is what is exported. */
export class MemoryPeople extends People {
  readonly records = new Map<string, { personId: string; json: string }>();

  override find({ personId }: PersonKey): Promise<LinkedPerson | undefined> {
    const wanted = this.records.get(personId)?.personId ?? personId;
    const own = this.#of(wanted);
    return Promise.resolve(
      own.length === 0
        ? undefined
        : { personId: wanted, records: own.map((entityId) => ({ entityId, rule: 'email' })) },
    );
  }

  override link({ entityIds }: RecordKeys): Promise<readonly LinkedPerson[]> {
    const [personId = ''] = entityIds;
    for (const id of entityIds) this.#move(id, personId);
    return this.#found(entityIds);
  }

  override unlink({ entityIds }: RecordKeys): Promise<readonly LinkedPerson[]> {
    for (const id of entityIds) this.#move(id, id);
    return this.#found(entityIds);
  }

  override erase({ personId }: PersonKey): Promise<ErasedStep> {
    const [first, ...rest] = this.#of(this.records.get(personId)?.personId ?? personId);
    if (first !== undefined) this.records.delete(first);
    return Promise.resolve({ isDone: rest.length === 0, erased: first === undefined ? 0 : 1 });
  }

  override async exportPerson(person: PersonKey, after = ''): Promise<Page<ExportedRecord>> {
    const found = await this.find(person);
    return this.#page(found?.records.map(({ entityId }) => entityId) ?? [], after);
  }

  override exportConnection(_id: string, after = ''): Promise<Page<ExportedRecord>> {
    return Promise.resolve(this.#page([...this.records.keys()], after));
  }

  #of(personId: string): string[] {
    return [...this.records.keys()].filter((id) => this.records.get(id)?.personId === personId);
  }

  #move(id: string, personId: string): void {
    const record = this.records.get(id);
    if (record !== undefined) record.personId = personId;
  }

  async #found(ids: readonly string[]): Promise<readonly LinkedPerson[]> {
    const found = await Promise.all(ids.map((personId) => this.find({ spaceId: '', personId })));
    return found
      .filter((person) => person !== undefined)
      .filter(
        ({ personId }, index, all) => index === all.findIndex((p) => p.personId === personId),
      );
  }

  /** One record a page. */
  #page(ids: readonly string[], after: string): Page<ExportedRecord> {
    const [id, next] = ids.slice(ids.indexOf(after) + 1);
    const json = this.records.get(id ?? '')?.json;
    const data = json === undefined ? [] : [{ kind: 'person', json }];
    return { data, next: next === undefined ? undefined : id };
  }
}
