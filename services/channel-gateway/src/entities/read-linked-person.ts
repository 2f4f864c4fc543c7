import { EntityService, type LinkedPerson } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { EntityNotFoundError } from '../errors.ts';
import { entityIdOf } from './entity-id.ts';

/** Which records of a space are of one person, read from etl. */
export class ReadLinkedPerson {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** By the id of the person, or of one of its records. */
  async get(spaceId: string, id: string): Promise<object> {
    const personId = entityIdOf(id);
    if (personId === undefined) throw new EntityNotFoundError('person');
    const { person } = await this.#ask(EntityService.method.getLinkedPerson, {
      spaceId,
      personId,
    });
    if (person === undefined) throw new EntityNotFoundError('person');
    return linkedPersonView(person);
  }
}

function linkedPersonView({ personId, records }: LinkedPerson): object {
  return {
    person_id: personId,
    records: records.map(({ entityId, rule }) => ({
      id: entityId,
      linked_by: rule === '' ? null : rule,
      href: `/v1/persons/${entityId}`,
    })),
  };
}
