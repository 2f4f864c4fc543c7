import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import { SearchEntities } from './search-entities.ts';

@Controller('v1/search')
export class SearchController {
  constructor(@Inject(SearchEntities) private readonly entities: SearchEntities) {}

  @Get()
  @RequireScope('search:read')
  search(@Req() { client }: ClientRequest, @Query() query: object): Promise<object> {
    return this.entities.search(client.spaceId, query);
  }
}
