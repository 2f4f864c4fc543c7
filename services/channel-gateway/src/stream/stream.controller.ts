import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import { OpenStreams } from './open-streams.ts';
import { StreamEvents } from './stream-events.ts';

interface Reply {
  readonly raw: ServerResponse;
  header(name: string, value: string): Reply;
  send(body: Readable): Reply;
}

/** A client that takes nothing for this long is cut off; each heartbeat is something to take. */
const stalledMs = 60_000;
const bufferBytes = 64 * 1024;

@Controller('v1/stream')
export class StreamController {
  constructor(
    @Inject(StreamEvents) private readonly events: StreamEvents,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  @Get()
  @RequireScope('events:read')
  async stream(
    @Req() { client, headers }: ClientRequest,
    @Query() query: object,
    @Res() reply: Reply,
  ): Promise<void> {
    const stream = this.streams.open(client.keyId);
    reply.raw.once('close', () => stream.abort());
    try {
      const request = { client, query, lastEventId: headers['last-event-id'] };
      const texts = await this.events.begin(request, stream.signal);
      reply.raw.socket?.setTimeout(stalledMs);
      reply
        .header('Content-Type', 'text/event-stream; charset=utf-8')
        .header('X-Accel-Buffering', 'no') // proxies would hold events back
        .send(Readable.from(texts, { objectMode: false, highWaterMark: bufferBytes }));
    } catch (error) {
      stream.abort();
      throw error;
    }
  }
}
