import { Public } from '@made-open/nest';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { Readable } from 'node:stream';
import { fileHeaders } from '../../files/file-headers.ts';
import { ReadFile } from '../../files/read-file.ts';
import { LinkNotFoundError } from '../errors.ts';
import { MediaLinks } from './media-links.ts';

interface Reply {
  status(code: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body?: unknown): Reply;
}

/** Files for providers, who have no key: whoever has the link may read, for an hour. */
@Controller('v1/media')
@Public()
export class MediaController {
  constructor(
    @Inject(MediaLinks) private readonly links: MediaLinks,
    @Inject(ReadFile) private readonly files: ReadFile,
  ) {}

  @Get(':token')
  async get(@Param('token') token: string, @Res() reply: Reply): Promise<void> {
    const linked = await this.links.read(token);
    if (linked === undefined) throw new LinkNotFoundError();
    const file = await this.files.describe(linked.spaceId, linked.fileId);
    const content = await this.files.content(linked.spaceId, file);
    reply
      .status(200)
      .headers({ ...fileHeaders(file), 'Cache-Control': 'private, no-store' })
      .send(Readable.from(content, { objectMode: false }));
  }
}
