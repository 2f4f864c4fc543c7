import { Command, CommanderError } from 'commander';
import { buildCommand } from './builder/build.command.ts';
import { recordCommand } from './cassettes/record.command.ts';
import { testCommand } from './cassettes/test.command.ts';
import { faxCommands } from './channels/fax-commands.ts';
import { messageCommands } from './channels/message-commands.ts';
import { webhookCommands } from './channels/webhook-commands.ts';
import { authorizeCommand } from './connections/authorize.command.ts';
import { changeCommands } from './connections/change-commands.ts';
import { checkpointCommands } from './connections/checkpoint-commands.ts';
import { connectionCommands } from './connections/connection-commands.ts';
import { quarantineCommands } from './connections/quarantine-commands.ts';
import { remapCommand } from './connections/remap.command.ts';
import { testConnectionCommand } from './connections/test-connection.command.ts';
import type { CommandGroup, Surroundings } from './command.ts';
import { CliError, exitCodes, reasonOf } from './errors.ts';
import { hostCommands } from './hosts/host-commands.ts';
import { keyCommands } from './keys/key-commands.ts';
import { operationCommands } from './operation/operation-commands.ts';
import { scaleCommand } from './operation/scale.command.ts';
import { exportCommand } from './people/export.command.ts';
import { personCommands } from './people/person-commands.ts';
import { diffCommand } from './plugins/diff.command.ts';
import { manifestCommands } from './plugins/manifest-commands.ts';
import { oauthClientCommands } from './plugins/oauth-client-commands.ts';
import { pluginCommands } from './plugins/plugin-commands.ts';
import { versionCommands } from './plugins/version-commands.ts';
import { withdrawCommands } from './plugins/withdraw-commands.ts';
import { createCommand } from './project/create.command.ts';
import { pythonSdkCommand } from './python/python-sdk.command.ts';
import { validateCommand } from './project/validate.command.ts';
import { providerCommands } from './providers/provider-commands.ts';
import { registryCommands } from './providers/registry-commands.ts';
import { runCommands } from './runs/run-commands.ts';
import { searchIndexCommands } from './search/search-index-commands.ts';
import { taskCommands } from './tasks/task-commands.ts';
import { printable, printableJson } from './terminal/table.ts';
import { devCommand } from './trial/dev.command.ts';
import { invokeCommand } from './trial/invoke.command.ts';

const groups: readonly CommandGroup[] = [
  createCommand,
  buildCommand,
  pythonSdkCommand,
  devCommand,
  invokeCommand,
  recordCommand,
  testCommand,
  validateCommand,
  pluginCommands,
  manifestCommands,
  diffCommand,
  versionCommands,
  withdrawCommands,
  oauthClientCommands,
  providerCommands,
  registryCommands,
  connectionCommands,
  authorizeCommand,
  changeCommands,
  remapCommand,
  testConnectionCommand,
  runCommands,
  webhookCommands,
  messageCommands,
  faxCommands,
  taskCommands,
  quarantineCommands,
  checkpointCommands,
  exportCommand,
  personCommands,
  scaleCommand,
  operationCommands,
  searchIndexCommands,
  hostCommands,
  keyCommands,
];

const help = `
Exit codes: 0 done, 1 tried and failed, 64 wrong usage, 65 something given is not valid, 66 not found, 69 the platform
cannot be reached, 70 a fault of made-open, 73 exists already, 75 try again later, 77 not allowed, 78 wrong settings.

Environment: MADE_OPEN_KEY, MADE_OPEN_KEY_FILE, MADE_OPEN_URL (http://127.0.0.1:4100 unless set); of the public API
MADE_OPEN_CLIENT_KEY, MADE_OPEN_CLIENT_KEY_FILE, MADE_OPEN_GATEWAY_URL (http://127.0.0.1:4101 unless set).`;

/** The whole command line. */
export function makeProgram(surroundings: Surroundings, version: string): Command {
  const program = new Command('made-open')
    .description('Make, try, test, push, connect and watch plugins of Made Open.')
    .version(version)
    .option('--json', 'results as JSON, for programs')
    .option('--url <url>', 'admin API of the platform')
    .addHelpText('after', help)
    .showHelpAfterError('made-open --help shows what there is')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
    });
  for (const add of groups) add(program, surroundings);
  overAll(program, (command) => command.exitOverride());
  return program;
}

/** Carries one call out; gives what the process ends with. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
  version: string,
): Promise<number> {
  try {
    await makeProgram(surroundings, version).parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Its own words are written already.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    report(error, args.includes('--json'), surroundings);
    return error instanceof CliError ? error.exitCode : exitCodes.fault;
  }
}

function report(error: unknown, isJson: boolean, { stderr }: Surroundings): void {
  const { code, message, details } =
    error instanceof CliError
      ? error
      : { code: 'cli.fault', message: `a fault of made-open: ${reasonOf(error)}`, details: [] };
  if (isJson)
    stderr.write(`${printableJson(JSON.stringify({ error: { code, message, details } }))}\n`);
  else
    stderr.write(
      printable(`${message} (${code})\n${details.map((line) => `  ${line}\n`).join('')}`),
    );
}

function overAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) overAll(child, change);
}
