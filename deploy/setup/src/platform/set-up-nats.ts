import { provision } from '@made-open/bus';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { SetupError } from '../errors.ts';
import { whenUp } from './when-up.ts';

export interface NatsAccess {
  readonly url: string;
  /** Credentials texts. */
  readonly administrator: string;
  readonly system: string;
  readonly accountJwt: string;
}

/** Brings the account's rights, streams and consumers to what the contracts say now; repeating it changes nothing. */
export async function setUpNats(access: NatsAccess): Promise<void> {
  const system = await open(access.url, access.system);
  try {
    const answer = await system.request('$SYS.REQ.CLAIMS.UPDATE', access.accountJwt, {
      timeout: 10_000,
    });
    const { data, error }: ClaimsAnswer = answer.json();
    if (data?.code !== 200)
      throw new SetupError(
        `the NATS server did not take the account: ${error?.description ?? data?.message ?? ''}`,
      );
  } finally {
    await system.close();
  }
  const administrator = await open(access.url, access.administrator);
  try {
    await provision(administrator);
  } finally {
    await administrator.close();
  }
}

interface ClaimsAnswer {
  readonly data?: { readonly code: number; readonly message: string };
  readonly error?: { readonly description: string };
}

/** Resolves when a connection is to be had; who calls it has a time limit of its own. */
function open(url: string, credentials: string): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(new TextEncoder().encode(credentials));
  return whenUp('NATS', () =>
    connect({ servers: url.split(','), authenticator, name: 'setup', reconnect: false }),
  );
}
