import {
  bootstrapPermissions,
  bootstrapUser,
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

/** Keys of an identity. JetStream's data belong to the account; servers know the operator and the system account. */
export interface NatsSeeds {
  readonly operatorSeed: string;
  readonly accountSeed: string;
  readonly systemAccountSeed: string;
  /** Of the scoped signing key that makes runners' users. */
  readonly runnerSigningSeed: string;
}

/** Everything that says who is who on a NATS. */
export interface NatsIdentity extends NatsSeeds {
  readonly operatorJwt: string;
  readonly accountJwt: string;
  readonly accountPublicKey: string;
  readonly systemAccountJwt: string;
  readonly systemAccountPublicKey: string;
  /**
   * Credentials texts by service name; `administrator` may do everything and is used by the init step alone,
   * `runner-bootstrap` may ask who it is, for pods of runners.
   */
  readonly credentials: Readonly<Record<string, string>>;
  /** Of a user of the system account, who may bring the account's rights up to date on a server. */
  readonly systemCredentials: string;
}

const anyTraffic = { conn: -1, subs: -1, data: -1, payload: -1 };
const unlimited = { ...anyTraffic, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/**
 * Makes operator, accounts, the runners' signing key and a user for each service, with the rights of the contracts as
 * they are now. Seeds of an earlier identity make the same operator, accounts and signing key; the others are new.
 */
export async function makeNatsIdentity(kept: Partial<NatsSeeds> = {}): Promise<NatsIdentity> {
  const operator = keyOf(kept.operatorSeed, createOperator);
  const account = keyOf(kept.accountSeed, createAccount);
  const systemAccount = keyOf(kept.systemAccountSeed, createAccount);
  const runnerSigner = keyOf(kept.runnerSigningSeed, createAccount);
  const template = newScopedSigner(runnerSigner, 'runner', userRights(runnerPermissions()));
  return {
    operatorSeed: seedOf(operator),
    accountSeed: seedOf(account),
    systemAccountSeed: seedOf(systemAccount),
    runnerSigningSeed: seedOf(runnerSigner),
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
    systemAccountJwt: await encodeAccount(
      'SYS',
      systemAccount,
      { limits: anyTraffic },
      { signer: operator },
    ),
    systemAccountPublicKey: systemAccount.getPublicKey(),
    credentials: await credentialsOf(account),
    systemCredentials: await userCredentials('setup', systemAccount, everything),
  };
}

const everything: SubjectPermissions = { publish: ['>'], subscribe: ['>'] };

async function credentialsOf(account: KeyPair): Promise<Record<string, string>> {
  const names = serviceNames.filter((name) => name !== 'plugin-runner');
  const users = await Promise.all(
    names.map(
      async (name) =>
        [name, await userCredentials(name, account, servicePermissions(name))] as const,
    ),
  );
  const bootstrap = await userCredentials(bootstrapUser, account, bootstrapPermissions());
  const administrator = await userCredentials('administrator', account, everything);
  return Object.fromEntries([
    ...users,
    [bootstrapUser, bootstrap],
    ['administrator', administrator],
  ]);
}

function keyOf(seed: string | undefined, create: () => KeyPair): KeyPair {
  return seed === undefined ? create() : fromSeed(new TextEncoder().encode(seed));
}

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
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
