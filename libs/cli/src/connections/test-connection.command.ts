import { Invocation, type CommandGroup } from '../command.ts';
import { CliError, exitCodes } from '../errors.ts';
import { answersAt, textAt, type Answer } from '../platform/answer.ts';
import { connectionArgument, findConnection } from './find-connection.ts';

export const testConnectionCommand: CommandGroup = (program, surroundings) => {
  program
    .command('test-connection')
    .summary('try whether a connection works, with its real config')
    .description(
      'Calls testConnection of the plugin in the platform’s sandbox. Nothing is drawn, written or saved; syncs go on meanwhile.',
    )
    .argument(...connectionArgument)
    .action(async (named: string | undefined, _options, command) => {
      const { api, terminal, folder } = new Invocation(surroundings, command);
      const connection = await findConnection(api, folder, named);
      terminal.progress('testing the connection');
      const test = await api.post(`/connections/${textAt(connection, 'id')}/test`);
      const isGood = test['ok'] === true;
      // A program reads what failed from the result; a person is told as of any failure.
      if (isGood || terminal.isJson)
        terminal.result(test, () => [textAt(test, 'message'), ...checkLines(test)].join('\n'));
      if (!isGood) throw failure(connection, test);
    });
};

function failure(connection: Answer, test: Answer): CliError {
  const advice = adviceOf(connection, test);
  return new CliError(
    textAt(test, 'code'),
    exitCodes.failed,
    `the connection does not work: ${textAt(test, 'message')}`,
    { details: [...checkLines(test), ...(advice === '' ? [] : [advice])] },
  );
}

function checkLines(test: Answer): string[] {
  return answersAt(test, 'checked').map(
    (check) =>
      `${textAt(check, 'result').padEnd(7)} ${textAt(check, 'what').replaceAll('_', ' ')}: ${textAt(check, 'message')}`,
  );
}

/** The command that helps. */
function adviceOf(connection: Answer, test: Answer): string {
  const [id, plugin] = [textAt(connection, 'id'), textAt(connection, 'plugin_id')];
  const commands: Readonly<Record<string, string>> = {
    activate: `activate a version: made-open approve ${plugin}`,
    approve: `approve what it asks for: made-open approve ${plugin}`,
    configure: `give it another config: made-open configure ${id} --config <file>`,
    authorize: `sign in: made-open authorize ${id}`,
    retry: `try again later: made-open test-connection ${id}`,
    reset_runner: `let its runner start again: made-open runners --reset ${plugin}`,
    mend_plugin: `mend the plugin; its log: made-open logs --run ${textAt(test, 'id')}`,
  };
  return commands[textAt(test, 'remedy')] ?? '';
}
