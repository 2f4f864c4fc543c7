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

/** What JetStream may take of its servers, copies counted; nothing is limited unless it is given. */
export interface AccountLimits {
  readonly memoryBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
  readonly streams?: number | undefined;
  /** Of one stream. */
  readonly consumers?: number | undefined;
}

export interface NatsIdentityOptions {
  readonly limits?: AccountLimits | undefined;
  /** Seconds since 1970 at which the user of pods that ask who they are ends; never unless given. */
  readonly bootstrapEndsAt?: number | undefined;
}

const anyTraffic = { conn: -1, subs: -1, data: -1, payload: -1 };
/** One inbox and one sealed token: who has these credentials, and any runner does, cannot do much harm with them. */
const bootstrapTraffic = { subs: 4, payload: 16_384 };

/**
 * Makes operator, accounts, the runners' signing key and a user for each service, with the rights of the contracts as
 * they are now. Seeds of an earlier identity make the same operator, accounts and signing key; the others are new.
 */
export async function makeNatsIdentity(
  kept: Partial<NatsSeeds> = {},
  options: NatsIdentityOptions = {},
): Promise<NatsIdentity> {
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
      { limits: { ...anyTraffic, ...storageLimits(options.limits) }, signing_keys: [template] },
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
    credentials: await credentialsOf(account, options),
    systemCredentials: await userCredentials('setup', systemAccount, everything),
  };
}

const everything: SubjectPermissions = { publish: ['>'], subscribe: ['>'] };

function storageLimits({ memoryBytes, diskBytes, streams, consumers }: AccountLimits = {}): {
  mem_storage: number;
  disk_storage: number;
  streams: number;
  consumer: number;
} {
  return {
    mem_storage: memoryBytes ?? -1,
    disk_storage: diskBytes ?? -1,
    streams: streams ?? -1,
    consumer: consumers ?? -1,
  };
}

async function credentialsOf(
  account: KeyPair,
  { bootstrapEndsAt }: NatsIdentityOptions,
): Promise<Record<string, string>> {
  const names = serviceNames.filter((name) => name !== 'plugin-runner');
  const users = await Promise.all(
    names.map(
      async (name) =>
        [name, await userCredentials(name, account, servicePermissions(name))] as const,
    ),
  );
  const asking = createUser();
  const rights = { ...userRights(bootstrapPermissions()), ...bootstrapTraffic };
  const ends = bootstrapEndsAt === undefined ? {} : { exp: bootstrapEndsAt };
  const bootstrap = await encodeUser(bootstrapUser, asking, account, rights, ends);
  const administrator = await userCredentials('administrator', account, everything);
  return Object.fromEntries([
    ...users,
    [bootstrapUser, credentialsText(bootstrap, asking)],
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
  return credentialsText(token, user);
}

function credentialsText(token: string, user: KeyPair): string {
  return new TextDecoder().decode(fmtCreds(token, user));
}

function userRights({ publish, subscribe }: SubjectPermissions): {
  pub: { allow: string[] };
  sub: { allow: string[] };
} {
  return { pub: { allow: [...publish] }, sub: { allow: [...subscribe] } };
}
