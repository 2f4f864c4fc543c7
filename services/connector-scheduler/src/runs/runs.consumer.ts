import type { EventOf } from '@made-open/bus';
import {
  ConnectionChangedSchema,
  RunRecordedSchema,
  SchedulerService,
  type GetRunRequest,
  type ListRunsRequest,
  type RequestSyncRequest,
} from '@made-open/contracts';
import { OnCall, OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Clock } from '../schedules/clock.ts';
import { ScheduleStore } from '../schedules/schedule-store.ts';
import { RunStore } from './run-store.ts';

const maxPage = 200;

@Controller()
export class RunsConsumer {
  constructor(
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(ScheduleStore) private readonly schedules: ScheduleStore,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @OnEvents(ConnectionChangedSchema)
  async connections(events: readonly EventOf<typeof ConnectionChangedSchema>[]): Promise<void> {
    for (const { message } of events) {
      const { becameActive } = await this.schedules.apply(message);
      if (becameActive) await this.clock.request(message.connectionId, 'start-up');
    }
  }

  @OnEvents(RunRecordedSchema)
  async recorded(events: readonly EventOf<typeof RunRecordedSchema>[]): Promise<void> {
    for (const { message } of events) await this.runs.record(message);
  }

  @OnCall(SchedulerService.method.requestSync)
  request({ connectionId }: RequestSyncRequest): Promise<object> {
    return this.runs.request(connectionId, 'manual');
  }

  @OnCall(SchedulerService.method.listRuns)
  list({ connectionId, limit, cursor }: ListRunsRequest): Promise<object> {
    return this.runs.list(connectionId, Math.min(Math.max(limit || 50, 1), maxPage), cursor);
  }

  @OnCall(SchedulerService.method.getRun)
  async get({ runId }: GetRunRequest): Promise<object> {
    const run = await this.runs.get(runId);
    return run === undefined ? {} : { run };
  }
}
