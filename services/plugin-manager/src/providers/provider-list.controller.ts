import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../keys/scope.guard.ts';
import { problemResponse, ref } from '../problem-schema.ts';
import { spaceParameter } from '../reader.ts';
import { ListProviders } from './list-providers.ts';
import { spaceOf } from './provider-configs.controller.ts';
import type { ProviderPluginView } from './provider-view.ts';

@ApiTags('providers')
@ApiDefaultResponse(problemResponse)
@Controller('plugins')
export class ProviderListController {
  constructor(@Inject(ListProviders) private readonly providers: ListProviders) {}

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({
    summary: 'Show every plugin as a provider: what it can, and how it is and fares',
  })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'all plugins', schema: ref('ProviderPlugins') })
  async list(@Query() query: unknown): Promise<{ items: ProviderPluginView[] }> {
    return { items: await this.providers.list(spaceOf(query)) };
  }
}
