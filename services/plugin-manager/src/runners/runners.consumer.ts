import {
  pluginIdOf,
  RunnerService,
  type GetAssignmentRequest,
  type GetBundleRequest,
  type RecordLogsRequest,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { OverrideFile } from '../egress/override-file.ts';
import { PluginStore } from '../plugins/plugin-store.ts';
import { Profile } from '../profile/profile.ts';
import { RecordLogs } from '../runs/logs/record-logs.ts';
import { assignment, bundleChunk } from './answer-runner.ts';

/** Answers the runners that this manager started; the subject's token, which NATS guards, says of which plugin. */
@Controller()
export class RunnersConsumer {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(OverrideFile) private readonly overrides: OverrideFile,
    @Inject(Profile) private readonly profile: Profile,
    @Inject(RecordLogs) private readonly logs: RecordLogs,
  ) {}

  @OnCall(RunnerService.method.getAssignment)
  assignment({ version }: GetAssignmentRequest, context: MessageContext): Promise<object> {
    const { plugins, overrides, profile } = this;
    const parts = { plugins, overrides, profile };
    return assignment(parts, { pluginId: pluginOf(context), version });
  }

  @OnCall(RunnerService.method.getBundle)
  bundle(request: GetBundleRequest, context: MessageContext): Promise<object> {
    return bundleChunk(this.plugins, pluginOf(context), request);
  }

  @OnCall(RunnerService.method.recordLogs)
  async record(request: RecordLogsRequest, context: MessageContext): Promise<object> {
    await this.logs.record(pluginOf(context), request);
    return {};
  }
}

function pluginOf({ parameters }: MessageContext): string {
  return pluginIdOf(parameters[0] ?? '');
}
