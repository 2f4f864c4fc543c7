import { runService } from '@made-open/nest';
import { runCommand } from './commands/run-command.ts';
import { pluginManager } from './service.ts';

const command = process.argv.slice(2);
if (command.length > 0)
  process.exitCode = await runCommand(command, process.env, (text) => process.stdout.write(text));
else await runService(pluginManager);
