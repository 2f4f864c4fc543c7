import {
  runnerPermissions,
  serviceNames,
  servicePermissions,
  type SubjectPermissions,
} from '@made-open/contracts';
import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  newScopedSigner,
  type KeyPair,
} from '@nats-io/jwt';
import { fromSeed } from '@nats-io/nkeys';

/** Everything that says who is who on the local NATS. */
export interface NatsIdentity {
  readonly operatorJwt: string;
  readonly accountJwt: string;
  /** Has to be kept: JetStream's data belong to the account. All else may be made anew at each start. */
  readonly accountSeed: string;
  readonly accountPublicKey: string;
  readonly systemAccountJwt: string;
  readonly systemAccountPublicKey: string;
  /** Seed of the scoped signing key that makes runners' users. */
  readonly runnerSigningSeed: string;
  /** Credentials texts by service name; `administrator` may do everything and is used by the init step alone. */
  readonly credentials: Readonly<Record<string, string>>;
}

const unlimited = {
  mem_storage: -1,
  disk_storage: -1,
  streams: -1,
  consumer: -1,
  conn: -1,
  subs: -1,
  data: -1,
  payload: -1,
};

/**
 * Makes operator, accounts, the runners' signing key and a user for each service, with the rights of the contracts as
 * they are now. With the seed of an earlier identity it is the same account.
 */
export async function makeNatsIdentity(accountSeed?: string): Promise<NatsIdentity> {
  const account =
    accountSeed === undefined ? createAccount() : fromSeed(new TextEncoder().encode(accountSeed));
  const [operator, systemAccount, runnerSigner] = [
    createOperator(),
    createAccount(),
    createAccount(),
  ];
  const template = newScopedSigner(runnerSigner, 'runner', userRights(runnerPermissions()));
  const names = serviceNames.filter((name) => name !== 'plugin-runner');
  const users = await Promise.all(
    names.map(
      async (name) =>
        [name, await userCredentials(name, account, servicePermissions(name))] as const,
    ),
  );
  const administrator = await userCredentials('administrator', account, {
    publish: ['>'],
    subscribe: ['>'],
  });
  return {
    operatorJwt: await encodeOperator('made-open', operator, {
      system_account: systemAccount.getPublicKey(),
    }),
    accountJwt: await encodeAccount(
      'FLEET',
      account,
      { limits: unlimited, signing_keys: [template] },
      { signer: operator },
    ),
    accountPublicKey: account.getPublicKey(),
    accountSeed: new TextDecoder().decode(account.getSeed()),
    systemAccountJwt: await encodeAccount('SYS', systemAccount, {}, { signer: operator }),
    systemAccountPublicKey: systemAccount.getPublicKey(),
    runnerSigningSeed: new TextDecoder().decode(runnerSigner.getSeed()),
    credentials: Object.fromEntries([...users, ['administrator', administrator]]),
  };
}

async function userCredentials(
  name: string,
  account: KeyPair,
  rights: SubjectPermissions,
): Promise<string> {
  const user = createUser();
  const token = await encodeUser(name, user, account, userRights(rights));
  return new TextDecoder().decode(fmtCreds(token, user));
}

function userRights({ publish, subscribe }: SubjectPermissions): {
  pub: { allow: string[] };
  sub: { allow: string[] };
} {
  return { pub: { allow: [...publish] }, sub: { allow: [...subscribe] } };
}
