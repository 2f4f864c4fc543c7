import {
  pluginIdOf,
  RunnerService,
  type GetAssignmentRequest,
  type GetBundleRequest,
  type RecordLogsRequest,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { RunLogStore } from '../connections/run-log-store.ts';
import { OverrideFile } from '../egress/override-file.ts';
import { PluginStore } from '../plugins/plugin-store.ts';

const chunkBytes = 512 * 1024;

/** Answers the runners that this manager started. */
@Controller()
export class RunnersConsumer {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(OverrideFile) private readonly overrides: OverrideFile,
    @Inject(RunLogStore) private readonly logs: RunLogStore,
  ) {}

  @OnCall(RunnerService.method.getAssignment)
  async assignment({ version }: GetAssignmentRequest, context: MessageContext): Promise<object> {
    const pluginId = pluginIdOf(context.parameters[0] ?? '');
    const { text, permissions, bundleDigest, approved } = await this.plugins.manifest(
      pluginId,
      version,
    );
    const grants = permissions.filter((permission) => approved.includes(permission));
    return {
      pluginId,
      version,
      manifestJson: text,
      grants,
      bundleDigest,
      egressOverridesJson: this.overrides.toJson(),
    };
  }

  @OnCall(RunnerService.method.getBundle)
  bundle({ digest, offset }: GetBundleRequest): Promise<object> {
    return this.plugins.bundle(digest, offset, chunkBytes);
  }

  @OnCall(RunnerService.method.recordLogs)
  async record(request: RecordLogsRequest): Promise<object> {
    await this.logs.append(request);
    return {};
  }
}
