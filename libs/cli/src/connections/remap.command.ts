import { Invocation, type CommandGroup } from '../command.ts';
import { answerAt, textAt } from '../platform/answer.ts';
import { requireSuccess, runLine, waitForRun } from '../runs/wait-for-run.ts';
import { connectionArgument, findConnection } from './find-connection.ts';

export const remapCommand: CommandGroup = (program, surroundings) => {
  program
    .command('remap')
    .summary('map again what a connection brought, without asking its source')
    .argument(...connectionArgument)
    .option('--no-wait', 'do not follow the run')
    .action(async (named: string | undefined, options: { wait: boolean }, command) => {
      const { api, terminal, folder } = new Invocation(surroundings, command);
      const { id } = await findConnection(api, folder, named);
      const asked = await api.post(`/connections/${String(id)}/remap`);
      const begun = answerAt(asked, 'run') ?? {};
      const run = options.wait ? await waitForRun(api, terminal, textAt(begun, 'id')) : begun;
      terminal.result(run, () => runLine(run));
      if (options.wait) requireSuccess(run);
    });
};
