import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import type { ConnectionTest } from './connection-test.ts';
import { TestConnection } from './test-connection.ts';

/** Tries out a connection. */
@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections/:connection/test')
export class TestsController {
  constructor(
    @Inject(TestConnection) private readonly tests: TestConnection,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary:
      'Try out a connection with its real config: testConnection of its plugin in a sandbox; the answer comes within half a minute',
  })
  @ApiResponse({
    status: 200,
    description:
      'what it came to; its log is at `/admin/v1/runs/{id}/logs` with the id of the test',
    schema: ref('ConnectionTest'),
  })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(409, 'the connection is being deleted'))
  test(
    @Param('connection') connectionId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<ConnectionTest> {
    return this.audit.record(
      { who: caller.keyId, action: 'connection.test', target: connectionId },
      () => this.tests.test(connectionId),
      ({ code }) => `${connectionId}: ${code ?? 'ok'}`,
    );
  }
}
