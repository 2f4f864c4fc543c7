import type { CommandGroup } from '../command.ts';
import { Invocation } from '../command.ts';
import { textAt } from '../platform/answer.ts';
import { connectionArgument, findConnection } from './find-connection.ts';

export const authorizeCommand: CommandGroup = (program, surroundings) => {
  program
    .command('authorize')
    .summary('begin to sign in to the account behind a connection')
    .description(
      'Prints where to sign in, for a browser, within ten minutes; nothing when nobody has to. The plugin’s OAuth client has to be set before: made-open oauth-client set.',
    )
    .argument(...connectionArgument)
    .action(async (named: string | undefined, _options, command) => {
      const { api, terminal, folder } = new Invocation(surroundings, command);
      const { id } = await findConnection(api, folder, named);
      const begun = await api.post(`/connections/${String(id)}/authorize`);
      const address = textAt(begun, 'authorization_url');
      if (address === '') terminal.note('nobody has to sign in: the client does it by itself');
      else terminal.note('open this in a browser within ten minutes, and sign in:');
      terminal.result(begun, () => address);
    });
};
