import { Controller, Get, Inject, Param, Req, type Type } from '@nestjs/common';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import type { EntityKind } from './entity-kind.ts';
import { ReadParticipants } from './read-participants.ts';

/** Whose the addresses of one type of entity are. */
export function participantsController(kind: EntityKind): Type<object> {
  @Controller(`v1/${kind.path}`)
  class ParticipantsController {
    constructor(@Inject(ReadParticipants) private readonly participants: ReadParticipants) {}

    @Get(':id/persons')
    @RequireScope('data:read')
    get(@Param('id') id: string, @Req() { client }: ClientRequest): Promise<object> {
      return this.participants.get(kind, client.spaceId, id);
    }
  }
  return ParticipantsController;
}
