import type { JsonObject } from '@bufbuild/protobuf';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  type Type,
} from '@nestjs/common';
import { RequireScope, type ClientRequest } from '../../api-keys/client.guard.ts';
import type { ChannelKind } from '../outbound.ts';
import { OutboundStore } from '../storage/outbound-store.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { acceptedView, outboundPath, outboundView } from './outbound-view.ts';
import { cancelOutbound, findOutbound, listOutbound, type OutboundPlace } from './read-outbound.ts';
import { SubmitOutbound, type Submitted } from './submit-outbound.ts';

interface Reply {
  headers(values: Readonly<Record<string, string>>): Reply;
}

/** The routes that send messages or calls, and take them back. */
export function sendController(kind: ChannelKind): Type {
  @Controller(`v1/channels/:connection/${kind}s`)
  class SendController {
    constructor(
      @Inject(SubmitOutbound) private readonly submissions: SubmitOutbound,
      @Inject(OutboundStore) private readonly store: OutboundStore,
    ) {}

    @Post()
    @HttpCode(202)
    @RequireScope('messages:send')
    async send(
      @Req() request: ClientRequest,
      @Param('connection') connectionId: string,
      @Body() content: unknown,
      @Res({ passthrough: true }) reply: Reply,
    ): Promise<JsonObject> {
      const place = placeOf(request, connectionId, kind);
      const { keyId } = request.client;
      const key = idempotencyKey(request.headers['idempotency-key']);
      const submitted = await this.submissions.submit({
        ...place,
        content,
        key,
        client: keyId,
        requestedBy: keyId,
        causedBy: [],
      });
      reply.headers(acceptedHeaders(submitted, key));
      return acceptedView(submitted.outbound);
    }

    @Delete(':id')
    @RequireScope('messages:send')
    async cancel(
      @Req() request: ClientRequest,
      @Param('connection') connectionId: string,
      @Param('id') id: string,
    ): Promise<JsonObject> {
      return outboundView(
        await cancelOutbound(this.store, placeOf(request, connectionId, kind), id),
      );
    }
  }

  return SendController;
}

/** The routes that tell how messages or calls stand. */
export function readController(kind: ChannelKind): Type {
  @Controller(`v1/channels/:connection/${kind}s`)
  class ReadController {
    constructor(@Inject(OutboundStore) private readonly store: OutboundStore) {}

    @Get()
    @RequireScope('messages:read')
    list(
      @Req() request: ClientRequest,
      @Param('connection') connectionId: string,
      @Query() query: object,
    ): Promise<JsonObject> {
      return listOutbound(this.store, placeOf(request, connectionId, kind), query);
    }

    @Get(':id')
    @RequireScope('messages:read')
    async get(
      @Req() request: ClientRequest,
      @Param('connection') connectionId: string,
      @Param('id') id: string,
    ): Promise<JsonObject> {
      return outboundView(await findOutbound(this.store, placeOf(request, connectionId, kind), id));
    }
  }

  return ReadController;
}

function placeOf(
  { client }: ClientRequest,
  connectionId: string,
  kind: ChannelKind,
): OutboundPlace {
  return { spaceId: client.spaceId, connectionId, kind };
}

function acceptedHeaders({ outbound, isRepeated }: Submitted, key: string): Record<string, string> {
  return {
    Location: outboundPath(outbound),
    'Idempotency-Key': key,
    ...(isRepeated ? { 'Idempotent-Replayed': 'true' } : {}),
  };
}
