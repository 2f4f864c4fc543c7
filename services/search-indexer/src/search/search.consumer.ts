import {
  EntityType,
  SearchFacet,
  SearchService,
  type FacetCountSchema,
  type SearchRequest,
  type SearchResponseSchema,
} from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { CurrentIndex } from '../generations/current-index.ts';
import type { FacetCount } from './search-index.ts';

const entityTypes = Object.values(EntityType);
const defaultLimit = 20;
const maxLimit = 100;

/** Answers searches. */
@Controller()
export class SearchConsumer {
  constructor(@Inject(CurrentIndex) private readonly index: CurrentIndex) {}

  @OnCall(SearchService.method.search)
  async search(request: SearchRequest): Promise<MessageInitShape<typeof SearchResponseSchema>> {
    const limit = Math.min(request.limit || defaultLimit, maxLimit);
    const { hits, nextCursor, total, facetCounts } = await this.index.search({
      ...request,
      limit,
    });
    return { hits: [...hits], nextCursor, total, facetCounts: facetCounts.map(facetCount) };
  }
}

function facetCount({
  facet,
  value,
  count,
}: FacetCount): MessageInitShape<typeof FacetCountSchema> {
  if (facet !== SearchFacet.TYPE) return { facet, value, count };
  const type = entityTypes.find((known) => String(known) === value);
  return { facet, type: type ?? EntityType.UNSPECIFIED, count };
}
