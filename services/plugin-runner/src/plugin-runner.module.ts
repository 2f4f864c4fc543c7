import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Platform } from '@made-open/nest';
import { filePartsGate } from './host/files/bus-platform-files.ts';
import { fetchAssignment, type Assignment } from './assignment/assignment.ts';
import { OtherVersions } from './assignment/other-versions.ts';
import { RunTests } from './connection-tests/run-tests.ts';
import { TestsConsumer } from './connection-tests/tests.consumer.ts';
import { readRunnerSecrets, type RunnerConfig } from './config.ts';
import { AccessTokens } from './host/credentials/access-tokens.ts';
import { missingFences } from './host/processes/missing-fences.ts';
import { probeConfinement, pythonSandbox, spawnSandbox } from './host/processes/sandbox-command.ts';
import { WarmSandboxes } from './host/processes/warm-sandboxes.ts';
import { CrashBreaker } from './runs/crash-breaker.ts';
import { RunSyncs } from './runs/run-syncs.ts';
import { runsConsumer } from './runs/runs.consumer.ts';
import { invocationsConsumer } from './invocations/invocations.consumer.ts';
import { RunInvocations } from './invocations/run-invocations.ts';
import type { Runner } from './runs/runner.ts';
import { WalletClient } from './runs/secrets/wallet-client.ts';
import { limitsOf } from './sandbox/sandbox-limits.ts';

@Module({})
export class PluginRunnerModule {
  /** Binds to the wallet, fetches what is to be run, and makes a first sandbox ready. */
  static async register(platform: Platform, config: RunnerConfig): Promise<DynamicModule> {
    const { bus, logger, metrics } = platform;
    const { token, pluginId, version } = config;
    const { identity } = config;
    const { ticket, walletSigningKey } =
      identity?.current ?? readRunnerSecrets(config.secrets.reveal());
    const wallet = await WalletClient.bind({ bus, token, pluginId, walletSigningKey }, ticket);
    identity?.keepFresh(logger, async (renewed) => {
      await wallet.rebind(renewed.ticket);
      await bus.reconnect();
    });
    const assignment = await fetchAssignment(bus, token, version);
    const sandboxesOf = await sandboxMaker(platform, config);
    const sandboxes = sandboxesOf(assignment);
    sandboxes.warm();
    const stopping = new AbortController();
    platform.onStop(async () => {
      identity?.stop();
      stopping.abort(new Error('the runner stops'));
      await Promise.all([sandboxes.stop(), versions.stop()]);
    });
    metrics.gauge('running_sandboxes', 'Sandbox processes with a run', () => sandboxes.count);
    const runner: Runner = {
      bus,
      logger,
      token,
      version,
      wallet,
      assignment,
      egressProxy: config.egressProxy,
      sandboxes,
      accessTokens: new AccessTokens(() => performance.now()),
      breaker: new CrashBreaker(() => performance.now()),
      slice: config.slice,
      fileParts: filePartsGate(stopping.signal),
      heartbeatMs: config.heartbeatMs,
      stopping: stopping.signal,
    };
    const versions = new OtherVersions(runner, sandboxesOf);
    return PluginRunnerModule.of(runner, versions, [
      runsConsumer(config.concurrency),
      invocationsConsumer(config.invocationConcurrency),
    ]);
  }

  static of(
    runner: Runner,
    versions: Pick<OtherVersions, 'runnerOf'>,
    consumers: readonly Type[],
  ): DynamicModule {
    return {
      module: PluginRunnerModule,
      controllers: [...consumers, TestsConsumer],
      providers: [
        { provide: RunSyncs, useValue: new RunSyncs(runner) },
        { provide: RunTests, useValue: new RunTests(runner) },
        { provide: RunInvocations, useValue: new RunInvocations(runner, versions) },
      ],
    };
  }
}

/** Probes the machine once, for the sandboxes of every version. */
async function sandboxMaker(
  { logger, metrics }: Platform,
  { requireConfinement, invocationConcurrency, pythonRuntime }: RunnerConfig,
): Promise<(assignment: Assignment) => WarmSandboxes> {
  const confinement = await probeConfinement();
  const missing = missingFences(confinement, requireConfinement);
  if (missing.length > 0) logger.warn('sandbox processes are not shut in as a whole', { missing });
  metrics.gauge(
    'missing_sandbox_fences',
    'Fences that this machine does not give sandbox processes',
    () => missing.length,
  );
  return ({ bundle, manifest }) => {
    const limits = limitsOf(manifest);
    const { runtime = 'javascript' } = manifest;
    const code = { runtime, bundle, limits };
    const python = pythonSandbox(code, pythonRuntime);
    return new WarmSandboxes(code, () => spawnSandbox(confinement, python), invocationConcurrency);
  };
}
