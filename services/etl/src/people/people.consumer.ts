import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type GetLinkedPersonRequest,
  type LinkedPersonSchema,
  type LinkPersonsRequest,
  type MatchParticipantsRequest,
  type MatchParticipantsResponseSchema,
  type UnlinkPersonsRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Pool } from 'pg';
import { DecidePeople } from './decide-people.ts';
import type { Group } from './group-records.ts';
import { matchParticipants } from './match-participants.ts';
import { linkedPerson } from './linked-person.ts';

type LinkedPerson = MessageInitShape<typeof LinkedPersonSchema>;

/** Shows which records are of one person, and takes decisions about it. */
@Controller()
export class PeopleConsumer {
  constructor(
    @Inject(DecidePeople) private readonly decisions: DecidePeople,
    @Inject(Pool) private readonly pool: Pool,
  ) {}

  @OnCall(EntityService.method.getLinkedPerson)
  async get({ spaceId, personId }: GetLinkedPersonRequest): Promise<{ person?: LinkedPerson }> {
    const group = await linkedPerson(this.pool, spaceId, personId);
    return group === undefined ? {} : { person: shown(group) };
  }

  @OnCall(EntityService.method.matchParticipants)
  match(
    request: MatchParticipantsRequest,
  ): Promise<MessageInitShape<typeof MatchParticipantsResponseSchema>> {
    return matchParticipants(this.pool, request);
  }

  @OnCall(EntityService.method.linkPersons)
  async link(request: LinkPersonsRequest): Promise<{ persons: LinkedPerson[] }> {
    return { persons: (await this.decisions.link(request)).map(shown) };
  }

  @OnCall(EntityService.method.unlinkPersons)
  async unlink(request: UnlinkPersonsRequest): Promise<{ persons: LinkedPerson[] }> {
    return { persons: (await this.decisions.unlink(request)).map(shown) };
  }
}

function shown({ personId, records }: Group): LinkedPerson {
  return { personId, records: records.map(({ id, rule }) => ({ entityId: id, rule })) };
}
