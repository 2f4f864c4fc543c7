import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import { ReadLinkedPerson } from './read-linked-person.ts';

@Controller('v1/persons')
export class LinkedPersonController {
  constructor(@Inject(ReadLinkedPerson) private readonly people: ReadLinkedPerson) {}

  @Get(':id/linked')
  @RequireScope('data:read')
  get(@Param('id') id: string, @Req() { client }: ClientRequest): Promise<object> {
    return this.people.get(client.spaceId, id);
  }
}
