import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiDefaultResponse,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { bodyShape, queryShape, spaceField, spaceParameter } from '../reader.ts';
import { ManagePeople } from './manage-people.ts';
import { linkedPersonView } from './people-schemas.ts';
import type { LinkedPerson, RecordKeys } from './people.ts';

interface WantedRecords {
  readonly space_id: string;
  readonly records: readonly string[];
}
const example = ['5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10', '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44'];
const records = (minItems: number) =>
  bodyShape<WantedRecords>(
    {
      space_id: spaceField,
      records: {
        type: 'array',
        minItems,
        maxItems: 50,
        uniqueItems: true,
        items: { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
        description: 'ids of entities of type person',
      },
    },
    ['records'],
    { records: example.slice(0, minItems) },
  );
const linked = records(2);
const unlinked = records(1);
const erasure = bodyShape<{ space_id: string; with_mentions: boolean }>(
  {
    space_id: spaceField,
    with_mentions: {
      type: 'boolean',
      default: false,
      description: 'also messages, events and documents that name one of the person’s addresses',
    },
  },
  [],
  { with_mentions: false },
);
const query = queryShape<{ space_id?: string }>({ space_id: spaceField });
const touched = { description: 'every person that was touched', schema: ref('LinkedPersons') };
const invalid = refusal(422, 'the body is not valid; `errors` names every fault');
const absent = refusal(400, 'one of the records does not exist in the space');
const away = refusal(
  503,
  'the service that knows does not answer now; try again after `Retry-After`',
);

/** Which records are of one person, and the end of all of them. */
@ApiTags('data')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/persons')
export class PeopleController {
  constructor(
    @Inject(ManagePeople) private readonly people: ManagePeople,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get(':person')
  @RequireScope('admin:data:read')
  @ApiOperation({ summary: 'The records of one person, by its id or that of one of its records' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'the person', schema: ref('LinkedPerson') })
  @ApiResponse(refusal(404, 'there is no such person in the space'))
  @ApiResponse(away)
  async find(@Param('person') personId: string, @Query() asked: unknown): Promise<object> {
    const { space_id: spaceId = 'default' } = query.read(asked);
    return linkedPersonView(await this.people.find({ spaceId, personId }));
  }

  @Post('link')
  @HttpCode(200)
  @RequireScope('admin:data:write')
  @ApiOperation({ summary: 'Say that records are of one person; holds against every rule' })
  @ApiBody({ schema: linked.schema })
  @ApiResponse({ status: 200, ...touched })
  @ApiResponse(absent)
  @ApiResponse(invalid)
  @ApiResponse(away)
  link(@Body() body: unknown, @Req() { caller }: AdminRequest): Promise<object> {
    return this.#decide(caller.keyId, 'person.link', linked.read(body), (keys) =>
      this.people.link(keys),
    );
  }

  @Post('unlink')
  @HttpCode(200)
  @RequireScope('admin:data:write')
  @ApiOperation({ summary: 'Say that records are not of the person they were linked with' })
  @ApiBody({ schema: unlinked.schema })
  @ApiResponse({ status: 200, ...touched })
  @ApiResponse(absent)
  @ApiResponse(invalid)
  @ApiResponse(away)
  unlink(@Body() body: unknown, @Req() { caller }: AdminRequest): Promise<object> {
    return this.#decide(caller.keyId, 'person.unlink', unlinked.read(body), (keys) =>
      this.people.unlink(keys),
    );
  }

  @Post(':person/erase')
  @HttpCode(200)
  @RequireScope('admin:data:erase')
  @ApiOperation({ summary: 'Erase a person from all sources; ask again until it is done' })
  @ApiBody({ schema: erasure.schema, required: false })
  @ApiResponse({ status: 200, description: 'how far it is', schema: ref('ErasedStep') })
  @ApiResponse(invalid)
  @ApiResponse(away)
  async erase(
    @Param('person') personId: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const { space_id: spaceId, with_mentions: withMentions } = erasure.read(body);
    const { isDone, erased } = await this.audit.record(
      { who: caller.keyId, action: 'person.erase', target: `${spaceId} ${personId}` },
      () => this.people.erase({ spaceId, personId }, withMentions),
      (step) => `${spaceId} ${personId}: ${String(step.erased)}${step.isDone ? '' : ', more'}`,
    );
    return { done: isDone, erased };
  }

  async #decide(
    who: string,
    action: string,
    { space_id: spaceId, records: entityIds }: WantedRecords,
    decide: (keys: RecordKeys) => Promise<readonly LinkedPerson[]>,
  ): Promise<object> {
    const target = `${spaceId} ${entityIds.join(' ')}`;
    const persons = await this.audit.record({ who, action, target }, () =>
      decide({ spaceId, entityIds }),
    );
    return { data: persons.map(linkedPersonView) };
  }
}
