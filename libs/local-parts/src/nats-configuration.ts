import { join } from 'node:path';
import type { NatsIdentity } from '@made-open/bus';

/** What the server listens as, and where it keeps its data. */
export interface NatsListening {
  readonly dataDir: string;
  readonly port: number;
  readonly identity: NatsIdentity;
}

/**
 * What streams set aside has to fit into this. Left to itself the server takes three quarters of the disk that is free at
 * its start, so that a fuller disk would refuse streams that are there.
 */
const maxStoreBytes = 128 * 2 ** 30;

/** A client's first line holds its token, with every right of its service: more than the 4 KB that a server takes unless told. */
const maxControlLine = '16KB';

/** The text of a configuration file. Everything from outside is quoted: a name of eight digits and a dash is a date to the server. */
export function natsConfiguration(
  { dataDir, port, identity }: NatsListening,
  name: string,
): string {
  return `
server_name: ${JSON.stringify(name)}
listen: 127.0.0.1:${String(port)}
max_payload: 1MB
max_control_line: ${maxControlLine}
pid_file: ${JSON.stringify(join(dataDir, 'nats-server.pid'))}
jetstream { store_dir: ${JSON.stringify(join(dataDir, 'jetstream'))}, max_file_store: ${String(maxStoreBytes)} }
operator: ${identity.operatorJwt}
system_account: ${identity.systemAccountPublicKey}
resolver: MEMORY
resolver_preload: {
  ${identity.accountPublicKey}: ${identity.accountJwt}
  ${identity.systemAccountPublicKey}: ${identity.systemAccountJwt}
}
`;
}
