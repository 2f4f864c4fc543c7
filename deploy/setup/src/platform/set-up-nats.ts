import { isForming, provision, serverOptions } from '@made-open/bus';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { SetupError } from '../errors.ts';
import { whenUp } from './when-up.ts';

export interface NatsAccess {
  readonly url: string;
  /** PEM file of the authority to trust. */
  readonly caFile?: string | undefined;
  /** Copies of each message, on servers of their own. */
  readonly replicas?: number;
  /** Credentials texts. */
  readonly administrator: string;
  readonly system: string;
  readonly accountJwt: string;
}

/** Brings the account's rights, streams and consumers to what the contracts say now; repeating it changes nothing. */
export async function setUpNats(access: NatsAccess): Promise<void> {
  const system = await openNats(access, access.system);
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
  const administrator = await openNats(access, access.administrator);
  try {
    const { replicas = 1 } = access;
    await whenUp('JetStream', () => provision(administrator, { replicas }), isForming);
  } finally {
    await administrator.close();
  }
}

interface ClaimsAnswer {
  readonly data?: { readonly code: number; readonly message: string };
  readonly error?: { readonly description: string };
}

/** Resolves when a connection is to be had; who calls it has a time limit of its own. */
export function openNats(
  { url, caFile }: Pick<NatsAccess, 'url' | 'caFile'>,
  credentials: string,
): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(new TextEncoder().encode(credentials));
  return whenUp('NATS', () =>
    connect({
      ...serverOptions({ servers: url, caFile }),
      authenticator,
      name: 'setup',
      reconnect: false,
    }),
  );
}
