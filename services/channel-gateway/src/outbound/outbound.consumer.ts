import type { EventOf } from '@made-open/bus';
import {
  OutboundService,
  pluginIdOf,
  StatusReportedSchema,
  type BeginSendingRequest,
  type RecordFaxAnswerRequest,
  type RecordSendingRequest,
  type SubmitOutboundRequest,
} from '@made-open/contracts';
import { OnCall, OnEvents, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { submitForRule } from './api/submit-for-rule.ts';
import { SubmitOutbound } from './api/submit-outbound.ts';
import { beginSending } from './sending/begin-sending.ts';
import { Dispatcher } from './sending/dispatcher.ts';
import { TakeResults } from './sending/take-results.ts';
import { OutboundStore } from './storage/outbound-store.ts';

/** What runners, rules and etl say about messages and calls. */
@Controller()
export class OutboundConsumer {
  constructor(
    @Inject(OutboundStore) private readonly store: OutboundStore,
    @Inject(SubmitOutbound) private readonly submissions: SubmitOutbound,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(TakeResults) private readonly results: TakeResults,
  ) {}

  @OnCall(OutboundService.method.submitOutbound)
  submit(request: SubmitOutboundRequest): Promise<object> {
    return submitForRule(this.submissions, request);
  }

  @OnCall(OutboundService.method.beginSending)
  begin(
    { attemptId, connectionId, asker }: BeginSendingRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    const pluginId = pluginIdOf(parameters.plugin ?? '');
    return beginSending(this.store, { attemptId, connectionId, pluginId, asker });
  }

  @OnCall(OutboundService.method.recordSending)
  async record(
    { attemptId, result }: RecordSendingRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    const pluginId = pluginIdOf(parameters.plugin ?? '');
    await this.results.ofAttempt({ attemptId, pluginId }, result);
    this.dispatcher.kick();
    return {};
  }

  @OnCall(OutboundService.method.recordFaxAnswer)
  async answered(
    { questionId, outboundId, result }: RecordFaxAnswerRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    const pluginId = pluginIdOf(parameters.plugin ?? '');
    await this.results.ofQuestion({ questionId, outboundId, pluginId }, result);
    this.dispatcher.kick();
    return {};
  }

  @OnEvents(StatusReportedSchema)
  async reported(events: readonly EventOf<typeof StatusReportedSchema>[]): Promise<void> {
    for (const event of events) await this.results.reported(event);
  }
}
