import type { JsonObject } from '@bufbuild/protobuf';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { Readable } from 'node:stream';
import { RequireScope, type ClientRequest } from '../../../api-keys/client.guard.ts';
import { fileHeaders } from '../../../files/file-headers.ts';
import { ReadFile } from '../../../files/read-file.ts';
import { idempotencyKey } from '../../api/idempotency-key.ts';
import { Dispatcher } from '../../sending/dispatcher.ts';
import { OutboundStore } from '../../storage/outbound-store.ts';
import { acceptedFaxView, faxPath, faxView } from './fax-view.ts';
import { readFaxForm, type FormRequest } from './read-fax-form.ts';
import { readFaxRequest } from './read-fax-request.ts';
import { cancelFaxOf, findFax, listFaxes } from './read-faxes.ts';
import { SubmitFax } from './submit-fax.ts';

interface Reply {
  status(code: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body?: unknown): Reply;
}

/** Faxes of a space, whichever provider they go through. */
@Controller('v1/faxes')
export class FaxesController {
  constructor(
    @Inject(SubmitFax) private readonly submissions: SubmitFax,
    @Inject(OutboundStore) private readonly store: OutboundStore,
    @Inject(ReadFile) private readonly files: ReadFile,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  @Post()
  @HttpCode(202)
  @RequireScope('messages:send')
  async send(
    @Req() request: ClientRequest & FormRequest,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<JsonObject> {
    const { keyId, spaceId } = request.client;
    const key = idempotencyKey(request.headers['idempotency-key']);
    const { fields, file } = request.isMultipart()
      ? await readFaxForm(request)
      : { fields: body, file: undefined };
    const asked = readFaxRequest(fields, { hasFile: file !== undefined });
    const submission = { spaceId, client: keyId, key, request: asked, file };
    const { fax, isRepeated } = await this.submissions.submit(submission);
    reply.headers({
      Location: faxPath(fax),
      'Idempotency-Key': key,
      ...(isRepeated ? { 'Idempotent-Replayed': 'true' } : {}),
    });
    return acceptedFaxView(fax);
  }

  @Get()
  @RequireScope('messages:read')
  list(@Req() { client }: ClientRequest, @Query() query: object): Promise<JsonObject> {
    return listFaxes(this.store, client.spaceId, query);
  }

  @Get(':id')
  @RequireScope('messages:read')
  async get(@Req() { client }: ClientRequest, @Param('id') id: string): Promise<JsonObject> {
    return faxView(await findFax(this.store, client.spaceId, id));
  }

  @Get(':id/file')
  @RequireScope('messages:read')
  async file(
    @Req() { client: { spaceId } }: ClientRequest,
    @Param('id') id: string,
    @Res() reply: Reply,
  ): Promise<void> {
    const { content } = await findFax(this.store, spaceId, id);
    const file = await this.files.describe(spaceId, content.attachments[0]?.fileId ?? '');
    const parts = await this.files.content(spaceId, file);
    reply
      .status(200)
      .headers(fileHeaders(file))
      .send(Readable.from(parts, { objectMode: false }));
  }

  @Post(':id/cancel')
  @RequireScope('messages:send')
  async cancel(
    @Req() { client }: ClientRequest,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<JsonObject> {
    const { fax, isDone } = await cancelFaxOf(this.store, client.spaceId, id);
    reply.status(isDone ? 200 : 202);
    this.dispatcher.kick();
    return faxView(fax);
  }
}
