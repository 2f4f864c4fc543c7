import { Bus, type EventOf } from '@made-open/bus';
import {
  ConnectionChangedSchema,
  EntityService,
  PersonCreatedSchema,
  type GetCheckpointRequest,
  type GetEntityRequest,
} from '@made-open/contracts';
import { Controller, Get, Inject, Module, NotFoundException, Post } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE, OnCall, OnEvent, type MessageContext } from '../src/index.ts';

const { getEntity, getCheckpoint } = EntityService.method;

class NoSuchEntityError extends Error {
  override readonly name = 'NoSuchEntityError';
  readonly code = 'etl.not_found';
  readonly retry = 'never';
}

class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly code = 'etl.busy';
  readonly retry = 'later';
}

/** Events that reached the handler. */
export const seen: { name: string; deliveryCount: number }[] = [];

const { promise: slowWork, resolve: endSlowWork } = Promise.withResolvers<void>();
/** A request that lasts until the test ends it. */
export const slow = { began: false, end: endSlowWork };

@Controller()
class EtlController {
  constructor(
    @Inject(DATABASE) private readonly db: Kysely<{ thing: { id: number } }>,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  @OnCall(getEntity)
  async getEntity({ entityId }: GetEntityRequest) {
    if (entityId === 'none') throw new NoSuchEntityError('there is no such entity');
    if (entityId === 'bug') throw new TypeError('password=hunter2');
    if (entityId === 'slow') {
      slow.began = true;
      await slowWork;
    }
    return { entity: { createdAt: entityId } };
  }

  @OnCall(getCheckpoint)
  getCheckpoint({ connectionId }: GetCheckpointRequest, context: MessageContext) {
    const { parameters } = context;
    return { runId: connectionId, stateJson: `${parameters['plugin']}=${parameters[0]}` };
  }

  @OnEvent(ConnectionChangedSchema)
  changed({ message }: EventOf<typeof ConnectionChangedSchema>, context: MessageContext) {
    seen.push({ name: message.name, deliveryCount: context.deliveryCount });
    if (message.name === 'never') throw new NoSuchEntityError('never again');
    if (message.name === 'later' && context.deliveryCount === 1) throw new BusyError('not yet');
  }

  @Get('things')
  things() {
    return this.db.selectFrom('thing').selectAll().execute();
  }

  @Get('missing')
  missing() {
    throw new NoSuchEntityError('there is no such thing');
  }

  @Get('nest-missing')
  nestMissing() {
    throw new NotFoundException('nothing here');
  }

  @Get('busy')
  busy() {
    throw new BusyError('come back');
  }

  @Get('bug')
  bug() {
    throw new TypeError('password=hunter2');
  }

  @Post('echo')
  async echo() {
    await this.bus.publishEvents(PersonCreatedSchema, [{ message: {} }]);
    return {};
  }
}

/** Stands for etl. */
@Module({ controllers: [EtlController] })
export class EtlModule {}
