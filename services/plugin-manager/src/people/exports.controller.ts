import { Controller, Get, Header, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { readCursor } from '../page.ts';
import { cursorParameter, problemResponse, ref, refusal } from '../problem-schema.ts';
import { cursorField, queryShape, spaceField, spaceParameter } from '../reader.ts';
import { ManagePeople } from './manage-people.ts';
import { exportText } from './people-schemas.ts';

/** It holds an id of the source, of up to 512 characters, encoded twice. */
const exportCursor = { ...cursorField, maxLength: 8192 };
const ofPerson = queryShape<{ space_id?: string; cursor?: string }>({
  space_id: spaceField,
  cursor: exportCursor,
});
const ofConnection = queryShape<{ cursor?: string }>({ cursor: exportCursor });
const page = {
  status: 200,
  description: 'a page, cut by its size',
  content: { 'application/json': { schema: ref('ExportPage') } },
};
const invalid = refusal(400, 'a parameter is not valid');
const away = refusal(
  503,
  'the service that knows does not answer now; try again after `Retry-After`',
);

/** All that is held of a person or a connection, with `raw`: each page is noted in the audit. */
@ApiTags('data')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class ExportsController {
  constructor(
    @Inject(ManagePeople) private readonly people: ManagePeople,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get('persons/:person/export')
  @Header('Content-Type', 'application/json')
  @RequireScope('admin:data:read')
  @ApiOperation({ summary: 'Export the records of a person, from all sources' })
  @ApiQuery(spaceParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse(page)
  @ApiResponse(invalid)
  @ApiResponse(refusal(404, 'there is no such person in the space'))
  @ApiResponse(away)
  async person(
    @Param('person') personId: string,
    @Query() query: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<string> {
    const { space_id: spaceId = 'default', cursor } = ofPerson.read(query);
    const after = readCursor(cursor);
    const target = `${spaceId} ${personId}`;
    return exportText(
      await this.audit.record({ who: caller.keyId, action: 'person.export', target }, () =>
        this.people.exportPerson({ spaceId, personId }, after),
      ),
    );
  }

  @Get('connections/:connection/export')
  @Header('Content-Type', 'application/json')
  @RequireScope('admin:data:read')
  @ApiOperation({ summary: 'Export all that a connection brought, quarantine and checkpoints too' })
  @ApiQuery(cursorParameter)
  @ApiResponse(page)
  @ApiResponse(invalid)
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(away)
  async connection(
    @Param('connection') target: string,
    @Query() query: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<string> {
    const after = readCursor(ofConnection.read(query).cursor);
    return exportText(
      await this.audit.record({ who: caller.keyId, action: 'connection.export', target }, () =>
        this.people.exportConnection(target, after),
      ),
    );
  }
}
