import { Controller, Get, Inject } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../keys/scope.guard.ts';
import { problemResponse, ref } from '../problem-schema.ts';
import { OverrideFile, type OverrideView } from './override-file.ts';

@ApiTags('operation')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/egress-overrides')
export class EgressController {
  constructor(@Inject(OverrideFile) private readonly overrides: OverrideFile) {}

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Hosts that the operator sends elsewhere' })
  @ApiResponse({ status: 200, description: 'all overrides', schema: ref('EgressOverrides') })
  list(): { data: OverrideView[]; next_cursor: null; fault: string | null } {
    const { overrides } = this;
    return { data: overrides.view(), next_cursor: null, fault: overrides.fault ?? null };
  }
}
