import { EntityService, type MatchedParticipant } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { EntityNotFoundError } from '../errors.ts';
import { entityIdOf } from './entity-id.ts';
import type { EntityKind } from './entity-kind.ts';

/** Whose the addresses of messages and conversations are, read from etl. */
export class ReadParticipants {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async get({ type, entityType }: EntityKind, spaceId: string, id: string): Promise<object> {
    const entityId = entityIdOf(id);
    if (entityId === undefined) throw new EntityNotFoundError(type);
    const request = { spaceId, type: entityType, entityId };
    const { found, participants } = await this.#ask(
      EntityService.method.matchParticipants,
      request,
    );
    if (!found) throw new EntityNotFoundError(type);
    return { participants: participants.map(participantView) };
  }
}

function participantView({ address, personId, displayName }: MatchedParticipant): object {
  return {
    address,
    person_id: personId === '' ? null : personId,
    display_name: displayName === '' ? null : displayName,
    href: personId === '' ? null : `/v1/persons/${personId}/linked`,
  };
}
