import { join, resolve } from 'node:path';
import { StartOptionsError } from './errors.ts';
import { handedOnNames } from './platform/handed-on.ts';

export interface StartOptions {
  readonly dataDir: string;
  readonly overridesFile: string;
  /** The operator named the file of overrides: nothing is written into it. */
  readonly ownOverrides: boolean;
  readonly sample: boolean;
  readonly newAdminKey: boolean;
  readonly help: boolean;
  readonly logLevel: string;
  readonly managerPort: WantedPort;
  readonly gatewayPort: WantedPort;
  /** Of a tunnel or proxy that leads to the gateway. */
  readonly publicUrl: string | undefined;
  /** Of PLATFORM_PROFILE. */
  readonly profile: string | undefined;
}

/** A port by number is wanted as it is; the usual one may be another when it is taken. */
export interface WantedPort {
  readonly variable: string;
  readonly port: number;
  readonly isFixed: boolean;
}

export const usage = `npm start [-- <option>…]

  --new-admin-key   makes another admin key, shows it once, and ends the one before
  --no-sample       makes no sample connection; counts at the first start
  --profile <name>  rules that hold for the whole platform: standard or hipaa, which takes no sample connection
  --help            shows this

Environment: MADE_OPEN_DATA (folder of all data; .made-open), MANAGER_PORT (4100), GATEWAY_PORT (4101),
PUBLIC_URL (http://127.0.0.1:<gateway port>; the address of a tunnel that leads to the gateway, which providers of webhooks are given),
EGRESS_OVERRIDES_FILE (.made-open/egress-overrides.json), LOG_LEVEL (info), NATS_SERVER_BIN.
Handed on to the services, whose docs say what they mean: ${handedOnNames.join(', ')}.
`;

const flags = new Set(['--new-admin-key', '--no-sample', '--help']);
// The services say in their log that they are ready.
const logLevels = ['trace', 'debug', 'info'];

/** Reads arguments and environment; all faults are told at once. */
export function readStartOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  root: string,
): StartOptions {
  const profile = profileOf(args, env);
  const faults = args
    .filter((argument, index) => !flags.has(argument) && !isProfile(args, index))
    .map((argument) => `there is no option ${argument}; npm start -- --help shows all`);
  const logLevel = env['LOG_LEVEL'] ?? 'info';
  if (!logLevels.includes(logLevel))
    faults.push(`LOG_LEVEL must be ${logLevels.join(', ')} here, not "${logLevel}"`);
  const dataDir = resolve(env['MADE_OPEN_DATA'] ?? join(root, '.made-open'));
  const own = env['EGRESS_OVERRIDES_FILE'];
  const options = {
    dataDir,
    overridesFile: own === undefined ? join(dataDir, 'egress-overrides.json') : resolve(own),
    ownOverrides: own !== undefined,
    // Nothing is installed over the API there, the sample neither.
    sample: !args.includes('--no-sample') && profile !== 'hipaa',
    newAdminKey: args.includes('--new-admin-key'),
    help: args.includes('--help'),
    logLevel,
    managerPort: wantedPort(env, 'MANAGER_PORT', 4100, faults),
    gatewayPort: wantedPort(env, 'GATEWAY_PORT', 4101, faults),
    publicUrl: publicUrl(env, faults),
    profile: knownProfile(profile, faults),
  };
  if (faults.length > 0) throw new StartOptionsError(faults.join('\n'));
  return options;
}

function isProfile(args: readonly string[], index: number): boolean {
  return args[index] === '--profile' || args[index - 1] === '--profile';
}

function profileOf(args: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const index = args.indexOf('--profile');
  return index < 0 ? env['PLATFORM_PROFILE'] : (args[index + 1] ?? '');
}

function knownProfile(profile: string | undefined, faults: string[]): string | undefined {
  if (profile !== undefined && profile !== 'standard' && profile !== 'hipaa')
    faults.push(`--profile and PLATFORM_PROFILE are standard or hipaa, not "${profile}"`);
  return profile;
}

function publicUrl(env: NodeJS.ProcessEnv, faults: string[]): string | undefined {
  const text = env['PUBLIC_URL'];
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (url !== null && /^https?:\/\/[^/@]+\/$/u.test(url.href)) return url.origin;
  // Not what it is: a password may stand in it.
  faults.push('PUBLIC_URL must be https://host or http://host:port, without a user and a path');
  return undefined;
}

function wantedPort(
  env: NodeJS.ProcessEnv,
  variable: string,
  usual: number,
  faults: string[],
): WantedPort {
  const text = env[variable];
  if (text === undefined || text === '') return { variable, port: usual, isFixed: false };
  const port = Number(text);
  if (!Number.isSafeInteger(port) || port < 0 || port > 65_535)
    faults.push(`${variable} must be a port from 0 (any) to 65535, not "${text}"`);
  return { variable, port, isFixed: port > 0 };
}
