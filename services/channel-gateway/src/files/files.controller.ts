import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { Readable } from 'node:stream';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import { matchesTag } from '../entities/entity-view.ts';
import { fileHeaders, fileTag } from './file-headers.ts';
import { ReadFile } from './read-file.ts';

interface Reply {
  status(code: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body?: unknown): Reply;
}

@Controller('v1/files')
export class FilesController {
  constructor(@Inject(ReadFile) private readonly files: ReadFile) {}

  @Get(':id')
  @RequireScope('data:read')
  async get(
    @Param('id') id: string,
    @Req() { client: { spaceId }, headers }: ClientRequest,
    @Res() reply: Reply,
  ): Promise<void> {
    const file = await this.files.describe(spaceId, id);
    const tag = fileTag(file);
    reply.headers({ ETag: tag });
    if (matchesTag(headers['if-none-match'], tag)) {
      reply.status(304).send();
      return;
    }
    const content = await this.files.content(spaceId, file);
    reply
      .status(200)
      .headers(fileHeaders(file))
      .send(Readable.from(content, { objectMode: false }));
  }
}
