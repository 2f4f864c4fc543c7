import { SearchService, type SearchRequest, type SearchResponseSchema } from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { SearchIndex } from './search-index.ts';

const defaultLimit = 20;
const maxLimit = 100;

/** Answers searches. */
@Controller()
export class SearchConsumer {
  constructor(@Inject(SearchIndex) private readonly index: SearchIndex) {}

  @OnCall(SearchService.method.search)
  async search(request: SearchRequest): Promise<MessageInitShape<typeof SearchResponseSchema>> {
    const limit = Math.min(request.limit || defaultLimit, maxLimit);
    const { hits, nextCursor, total } = await this.index.search({ ...request, limit });
    return { hits: [...hits], nextCursor, total };
  }
}
