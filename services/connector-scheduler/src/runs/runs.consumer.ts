import type { EventOf } from '@made-open/bus';
import {
  pluginIdOf,
  RunRecordedSchema,
  SchedulerService,
  type CancelRunRequest,
  type GetRunRequest,
  type KeepRunRequest,
  type ListDueRunsRequest,
  type ListRunsRequest,
  type RequestSyncRequest,
} from '@made-open/contracts';
import { OnCall, OnEvents, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import { cancelRun } from './cancel-run.ts';
import { heldRun } from './held-run.ts';
import { findRun, listRuns } from './list-runs.ts';
import { recordRun } from './record-run.ts';
import { requestRun } from './request-run.ts';
import { kindOf, runMessage } from './run.ts';

@Controller()
export class RunsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnEvents(RunRecordedSchema)
  async recorded(events: readonly EventOf<typeof RunRecordedSchema>[]): Promise<void> {
    for (const { message } of events) await recordRun(this.connections, message);
  }

  @OnCall(SchedulerService.method.requestSync)
  async request({ connectionId, kind }: RequestSyncRequest): Promise<object> {
    const asked = requestRun(this.connections, connectionId, kindOf(kind));
    const { run, alreadyRunning } = await asked;
    return { run: runMessage(run), alreadyRunning };
  }

  @OnCall(SchedulerService.method.cancelRun)
  async cancel({ runId }: CancelRunRequest): Promise<object> {
    const run = await cancelRun(this.connections, runId);
    return run === undefined ? {} : { run: runMessage(run) };
  }

  @OnCall(SchedulerService.method.keepRun)
  keep(request: KeepRunRequest, { parameters }: MessageContext): Promise<object> {
    return heldRun(this.connections, pluginIdOf(parameters.plugin ?? ''), request);
  }

  @OnCall(SchedulerService.method.listRuns)
  list({ connectionId, limit, cursor }: ListRunsRequest): Promise<object> {
    return listRuns(this.connections, { connectionId, limit, cursor });
  }

  @OnCall(SchedulerService.method.listDueRuns)
  async due({ withinSeconds }: ListDueRunsRequest): Promise<object> {
    const seconds = Math.min(Math.max(withinSeconds, 1), 3600);
    return { dueRuns: await this.connections.dueWithin(seconds) };
  }

  @OnCall(SchedulerService.method.getRun)
  async get({ runId }: GetRunRequest): Promise<object> {
    const run = await findRun(this.connections, runId);
    return run === undefined ? {} : { run };
  }
}
