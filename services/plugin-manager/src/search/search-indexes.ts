import type { Bus } from '@made-open/bus';
import { IndexState, SearchService, type SearchIndexInfo } from '@made-open/contracts';

const { reindex, cancelReindex, listIndexes } = SearchService.method;

/** An index of entities as the API shows it. */
export interface SearchIndexView {
  readonly generation: number;
  readonly engine: string;
  readonly state: 'filling' | 'live' | 'retired';
  readonly entities_read: number;
  readonly started_at: string | null;
  readonly fault: string | null;
}

const states: Readonly<Record<IndexState, SearchIndexView['state']>> = {
  [IndexState.UNSPECIFIED]: 'retired',
  [IndexState.FILLING]: 'filling',
  [IndexState.LIVE]: 'live',
  [IndexState.RETIRED]: 'retired',
};

/** The indexes that search-indexer looks after. */
export class SearchIndexes {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  async list(): Promise<SearchIndexView[]> {
    return (await this.#bus.call(listIndexes, {})).indexes.map(view);
  }

  /** The one that is filled now. */
  async fill(): Promise<SearchIndexView> {
    const { index } = await this.#bus.call(reindex, {});
    if (index === undefined) throw new Error('search-indexer did not say what it fills');
    return view(index);
  }

  /** False when none is filled. */
  async cancel(): Promise<boolean> {
    return (await this.#bus.call(cancelReindex, {})).canceled;
  }
}

function view({
  generation,
  engine,
  state,
  entitiesRead,
  startedAt,
  fault,
}: SearchIndexInfo): SearchIndexView {
  return {
    generation,
    engine,
    state: states[state] ?? 'retired',
    entities_read: Number(entitiesRead),
    started_at: startedAt || null,
    fault: fault || null,
  };
}
