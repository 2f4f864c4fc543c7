import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Invocation } from '../command.ts';
import type { TrialStart } from './start-trial.ts';
import { readConfig, type ConfigSource } from '../connections/read-config.ts';
import { overrideFile, readHosts } from '../hosts/override-file.ts';
import { pythonRuntimeOf } from '../python/python-runtime.ts';
import type { Project } from '../project/read-project.ts';

export interface TrialOptions extends ConfigSource {
  readonly hosts?: string;
}

/** Options of all commands that run a plugin on this machine. */
export function withTrialOptions(command: Command): Command {
  return command
    .option('--config <file>', 'JSON with the config, of mode 0600; config.json unless given')
    .option('--env <field=VARIABLE...>', 'take a field of the config from an environment variable')
    .option('--hosts <file>', 'egress overrides, as dev-host writes them');
}

interface TrialParts extends TrialStart {
  readonly manifestText: string;
  readonly config: object;
  readonly overridesText: string;
}

/** What a trial is given besides the script. */
export async function trialParts(
  { env, folder, terminal }: Invocation,
  project: Project,
  { hosts, config, env: fields }: TrialOptions,
): Promise<TrialParts> {
  const own = join(project.folder, 'config.json');
  const file = config ?? (existsSync(own) ? own : undefined);
  const overrides = readHosts(overrideFile(hosts, env, folder));
  return {
    manifestText: project.manifestText,
    pythonRuntime: pythonRuntimeOf(project.manifest, env, folder),
    config: await readConfig({ config: file, env: fields }, env, () => terminal.input()),
    overridesText: JSON.stringify(Object.fromEntries(overrides)),
  };
}
