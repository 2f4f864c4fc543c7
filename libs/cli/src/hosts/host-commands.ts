import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { usageError } from '../errors.ts';
import { table } from '../terminal/table.ts';
import { changeHost, overrideFile, readHosts, type HostEntry } from './override-file.ts';

interface AddOptions {
  readonly file?: string;
  readonly to: string;
  readonly ca?: string;
}

export const hostCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const hosts = program
    .command('dev-host')
    .summary('lead a host that plugins name to a server of yours')
    .description(
      'Changes the egress overrides of a platform on this machine, which made-open dev uses as well: a plugin that names api.example.com reaches your server, without a change of its manifest. TLS is still verified, against the authority that --ca names. Every change is noted in the audit.',
    );
  const file = [
    '--file <path>',
    'EGRESS_OVERRIDES_FILE, or .made-open/egress-overrides.json',
  ] as const;
  hosts
    .command('add')
    .argument(
      '<host>',
      'as permissions name it: api.example.com, http://api.example.com, or with a port',
    )
    .requiredOption('--to <address:port>', 'where it leads, 127.0.0.1:8443')
    .option('--ca <file>', 'certificate in PEM of the authority that signed the server’s')
    .option(...file)
    .action((host: string, options: AddOptions, command) => add(begin(command), host, options));
  hosts
    .command('remove')
    .argument('<host>', 'as list shows it')
    .option(...file)
    .action((host: string, options: { file?: string }, command) =>
      remove(begin(command), host, options.file),
    );
  hosts
    .command('list')
    .option(...file)
    .action((options: { file?: string }, command) => list(begin(command), options.file));
};

function add({ terminal, env, folder }: Invocation, name: string, { file, to, ca }: AddOptions) {
  const host = withPort(name);
  const [, address = '', port = ''] = /^\[?([^\]]+)\]?:(\d{1,5})$/u.exec(to) ?? [];
  if (isIP(address) === 0) throw usageError('--to wants an IP address and a port, 127.0.0.1:8443');
  const entry: HostEntry = {
    address,
    port: Number(port),
    ...(ca === undefined ? {} : { ca_file: resolve(folder, ca) }),
  };
  const path = overrideFile(file, env, folder);
  changeHost(path, host, entry);
  terminal.result({ host, ...entry, file: path }, () => `${host} leads to ${to} (${path})`);
}

function remove({ terminal, env, folder }: Invocation, name: string, file: string | undefined) {
  const host = withPort(name);
  const path = overrideFile(file, env, folder);
  changeHost(path, host, undefined);
  terminal.result({ host, file: path }, () => `${host} is its own again`);
}

function list({ terminal, env, folder }: Invocation, file: string | undefined) {
  const found = [...readHosts(overrideFile(file, env, folder))].map(
    ([host, { address, port, ca }]) => ({
      host,
      to: `${address}:${String(port)}`,
      authority: ca === undefined ? 'system' : 'own',
    }),
  );
  terminal.result(found, () =>
    table(
      ['host', 'to', 'authority'],
      found.map((each) => [each.host, each.to, each.authority]),
    ),
  );
}

/** A host as it is named in permissions: with `http://`, with a port, or alone for HTTPS. */
function withPort(name: string): string {
  const [, scheme = 'https', host = name] = /^(https?):\/\/(.+)$/u.exec(name) ?? [];
  return host.includes(':') ? host : `${host}:${scheme === 'http' ? '80' : '443'}`;
}
