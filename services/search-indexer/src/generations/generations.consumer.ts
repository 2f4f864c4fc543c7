import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  IndexState,
  SearchService,
  type CancelReindexResponseSchema,
  type ListIndexesResponseSchema,
  type ReindexResponseSchema,
  type SearchIndexInfoSchema,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { GenerationStore, type Generation } from './generation-store.ts';
import { IndexKeeper } from './index-keeper.ts';

const states = {
  filling: IndexState.FILLING,
  live: IndexState.LIVE,
  retired: IndexState.RETIRED,
} as const;

/** Says which indexes there are, and begins and gives up new ones. */
@Controller()
export class GenerationsConsumer {
  constructor(
    @Inject(GenerationStore) private readonly generations: GenerationStore,
    @Inject(IndexKeeper) private readonly keeper: IndexKeeper,
  ) {}

  @OnCall(SearchService.method.reindex)
  async reindex(): Promise<MessageInitShape<typeof ReindexResponseSchema>> {
    return { index: indexInfo(await this.keeper.reindex()) };
  }

  @OnCall(SearchService.method.cancelReindex)
  async cancel(): Promise<MessageInitShape<typeof CancelReindexResponseSchema>> {
    return { canceled: await this.generations.cancel() };
  }

  @OnCall(SearchService.method.listIndexes)
  async list(): Promise<MessageInitShape<typeof ListIndexesResponseSchema>> {
    return { indexes: (await this.generations.list()).map(indexInfo) };
  }
}

function indexInfo({
  id,
  engine,
  state,
  entitiesRead,
  startedAt,
  fault,
}: Generation): MessageInitShape<typeof SearchIndexInfoSchema> {
  return {
    generation: id,
    engine,
    state: states[state],
    entitiesRead: BigInt(entitiesRead),
    startedAt: startedAt?.toISOString() ?? '',
    fault,
  };
}
