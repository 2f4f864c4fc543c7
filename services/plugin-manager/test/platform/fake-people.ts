import { RemoteError } from '@made-open/bus';
import { EntityService } from '@made-open/contracts';
import type { FakeService } from './fake-service.ts';

const { getLinkedPerson, linkPersons, unlinkPersons, erasePerson, exportData } =
  EntityService.method;

/** A record of a person at etl. */
export interface KnownRecord {
  readonly personId: string;
  readonly rule: string;
}

/** What etl answers about people: each step of an erasure takes one record, each page of an export has one. */
export function answerPeople(etl: FakeService): Map<string, KnownRecord> {
  const records = new Map<string, KnownRecord>();
  const recordsOf = (personId: string): string[] => {
    const wanted = records.get(personId)?.personId ?? personId;
    return [...records.keys()].filter((id) => records.get(id)?.personId === wanted);
  };
  const personOf = (id: string) => ({
    personId: records.get(id)?.personId ?? id,
    records: recordsOf(id).map((entityId) => ({
      entityId,
      rule: records.get(entityId)?.rule ?? '',
    })),
  });
  const requireAll = (ids: readonly string[]): void => {
    if (!ids.every((id) => records.has(id)))
      throw new RemoteError('etl.invalid_request', 'one of the persons does not exist', 'never');
  };
  etl.on(getLinkedPerson, ({ personId, spaceId }) =>
    spaceId === 'default' && recordsOf(personId).length > 0 ? { person: personOf(personId) } : {},
  );
  etl.on(linkPersons, ({ entityIds }) => {
    requireAll(entityIds);
    const [personId = ''] = entityIds;
    for (const id of entityIds) records.set(id, { personId, rule: 'person' });
    return { persons: [personOf(personId)] };
  });
  etl.on(unlinkPersons, ({ entityIds }) => {
    requireAll(entityIds);
    for (const id of entityIds) records.set(id, { personId: id, rule: '' });
    return { persons: entityIds.map(personOf) };
  });
  etl.on(erasePerson, ({ personId, withMentions }) => {
    const [first, ...rest] = recordsOf(personId).toReversed();
    if (first !== undefined) records.delete(first);
    const mentions = withMentions ? 5 : 0;
    return { done: rest.length === 0, erased: first === undefined ? 0 : 1 + mentions };
  });
  etl.on(exportData, ({ connectionId, personId, cursor }) => {
    const ids = connectionId === '' ? recordsOf(personId) : [...records.keys()];
    const [id, next] = ids.slice(ids.indexOf(cursor) + 1);
    const json = `{"id":"${id ?? ''}","raw":{"n":12345678901234567890}}`;
    return {
      records: id === undefined ? [] : [{ kind: 'person', json }],
      nextCursor: next === undefined ? '' : (id ?? ''),
    };
  });
  return records;
}
