import { existsSync } from 'node:fs';
import { PortTakenError, StoppedError } from './errors.ts';
import { LocalPlatform } from './platform/local-platform.ts';
import { ensureOverrides } from './sample/egress-override.ts';
import { SampleConnection } from './sample/sample-connection.ts';
import type { StartOptions, WantedPort } from './start-options.ts';
import { summary } from './summary.ts';

const samplePort = 4102;

type Say = (text: string) => void;

/** Starts the platform with its sample connection, says where everything is, and stops it in order when it is told to. */
export async function runUntilStopped(
  options: StartOptions,
  told: Promise<void>,
  say: Say,
): Promise<void> {
  const platform = await open(options, say);
  const stopped = told.then(() => stop(platform, say));
  try {
    await startAll(platform, options, say);
  } catch (error) {
    await platform.stop();
    if (error instanceof StoppedError) return;
    throw error;
  }
  await stopped;
}

async function open(options: StartOptions, say: Say): Promise<LocalPlatform> {
  const { managerPort, gatewayPort, overridesFile } = options;
  const platform = await LocalPlatform.open({
    dataDir: options.dataDir,
    managerPort: managerPort.port,
    gatewayPort: gatewayPort.port,
    samplePort,
    newAdminKey: options.newAdminKey,
    logLevel: options.logLevel,
    publicUrl: options.publicUrl,
    profile: options.profile,
    note: say,
    ...(options.ownOverrides && !existsSync(overridesFile)
      ? {}
      : { egressOverridesFile: overridesFile }),
  });
  return platform;
}

async function startAll(platform: LocalPlatform, options: StartOptions, say: Say): Promise<void> {
  tellPorts(options, platform, say);
  if (!options.ownOverrides) ensureOverrides(options.overridesFile);
  const sample = await SampleConnection.prepare(platform, options, say);
  const { manager, gateway } = platform.ports;
  await platform.start();
  const { ports } = platform;
  if (ports.manager !== manager || ports.gateway !== gateway) tellPorts(options, platform, say);
  const hasSample = (await sample?.setUp(platform)) ?? false;
  const { managerUrl, gatewayUrl, adminKey, dataDir } = platform;
  say(summary({ managerUrl, gatewayUrl, adminKey, dataDir, hasSample }));
  if (adminKey !== undefined) platform.adminKeyWasShown();
}

async function stop(platform: LocalPlatform, say: Say): Promise<void> {
  say('stopping …');
  await platform.stop();
  say('stopped; the data is kept');
}

function tellPorts(
  { managerPort, gatewayPort }: StartOptions,
  { ports }: LocalPlatform,
  say: Say,
): void {
  tellPort(managerPort, ports.manager, say);
  tellPort(gatewayPort, ports.gateway, say);
}

function tellPort({ variable, port, isFixed }: WantedPort, got: number, say: Say): void {
  if (port === 0 || got === port) return;
  if (isFixed) throw new PortTakenError(variable, port);
  say(
    `port ${String(port)} is taken, perhaps by another checkout; ${String(got)} is used instead (${variable} sets one)`,
  );
}
