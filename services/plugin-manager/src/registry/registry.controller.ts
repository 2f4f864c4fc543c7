import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../keys/scope.guard.ts';
import { pageOf, pageView } from '../page.ts';
import { PluginStore } from '../plugins/plugin-store.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { listShape } from '../reader.ts';
import { Catalog } from './catalog.ts';
import { entryDetails, entryView, type EntryDetails, type EntryView } from './entry-view.ts';

const list = listShape({
  search: { type: 'string', maxLength: 200 },
  category: { type: 'string', maxLength: 64 },
});

@ApiTags('registry')
@ApiDefaultResponse(problemResponse)
@Controller('plugin-registry')
export class RegistryController {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(PluginStore) private readonly plugins: PluginStore,
  ) {}

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Search the registry of providers' })
  @ApiQuery({ name: 'search', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'category', required: false, schema: { type: 'string' } })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('RegistryPage') })
  @ApiResponse(refusal(400, 'the query is not valid'))
  search(@Query() query: unknown): { items: readonly EntryView[]; next_cursor: string | null } {
    const { page, filters } = list.read(query);
    const { search = '', category = '' } = filters;
    const found = this.catalog
      .search({ search, category })
      .filter(({ id }) => page.after === undefined || id > page.after);
    const { data, next_cursor } = pageView(
      pageOf(found.slice(0, page.limit + 1), page.limit, ({ id }) => id),
      entryView,
    );
    return { items: data, next_cursor };
  }

  @Get(':id')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show an entry with all that it would ask for' })
  @ApiResponse({ status: 200, description: 'the entry', schema: ref('RegistryDetails') })
  @ApiResponse(refusal(404, 'there is no such entry'))
  async show(@Param('id') id: string): Promise<EntryDetails> {
    const entry = this.catalog.find(id);
    return entryDetails(this.catalog, entry, await this.plugins.plugin(id));
  }
}
