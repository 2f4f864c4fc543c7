import { fileURLToPath } from 'node:url';
import { Invocation, type CommandGroup } from '../command.ts';

/** The build puts the package here. */
const folder = fileURLToPath(new URL('../../dist/cli/python', import.meta.url));

export const pythonSdkCommand: CommandGroup = (program, surroundings) => {
  program
    .command('python-sdk')
    .summary('print where the SDK of Python plugins lies, for PYTHONPATH')
    .action((_options, command) => {
      const { terminal } = new Invocation(surroundings, command);
      terminal.result({ folder }, () => folder);
    });
};
