import { Invocation, type CommandGroup } from '../command.ts';
import { findKeptConnection } from '../connections/find-connection.ts';
import { usageError } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { counted } from '../terminal/table.ts';

interface ExportOptions {
  readonly person?: string;
  readonly space: string;
}

export const exportCommand: CommandGroup = (program, surroundings) => {
  program
    .command('export')
    .summary('write all that a connection brought, or all records of a person')
    .description(
      'Writes one JSON text on each line, {"kind", "record"}, with raw as the source gave it. Send standard output to a file that only you can read.',
    )
    .argument('[connection]', 'its id or name; the only one of this folder’s plugin unless given')
    .option('--person <id>', 'the records of this person instead, from all sources')
    .option('--space <space>', 'the space that the person is of', 'default')
    .action(async (connection: string | undefined, options: ExportOptions, command) => {
      const { api, terminal, folder } = new Invocation(surroundings, command);
      if (connection !== undefined && options.person !== undefined)
        throw usageError('name a connection or a person, not both');
      const path = await pathOf(api, folder, { connection, ...options });
      let count = 0;
      for await (const record of api.entries(path)) {
        terminal.line(record, () => JSON.stringify(record));
        count++;
        terminal.progress(progressBar('exported', count));
      }
      terminal.note(counted(count, 'record'));
    });
};

async function pathOf(
  api: Api,
  folder: string,
  { connection, person, space }: ExportOptions & { connection: string | undefined },
): Promise<string> {
  if (person !== undefined)
    return `/persons/${encodeURIComponent(person)}/export?${new URLSearchParams({ space_id: space }).toString()}`;
  const { id } = await findKeptConnection(api, folder, connection);
  return `/connections/${String(id)}/export`;
}
