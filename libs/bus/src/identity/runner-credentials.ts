import { pluginToken } from '@made-open/contracts';
import { createUser, encodeUser, fmtCreds, fromPublic, fromSeed } from '@nats-io/jwt';

/** The scoped signing key of the account: what it signs gets the rights of a runner and no others. */
export interface RunnerSigner {
  readonly accountPublicKey: string;
  readonly signingSeed: string;
  /** 24 hours unless given. */
  readonly lifetimeSeconds?: number;
}

/** Makes the credentials text of one plugin's runner; the user's name fills the template of the signing key. */
export async function runnerCredentials(signer: RunnerSigner, pluginId: string): Promise<string> {
  const user = createUser();
  const token = await encodeUser(
    pluginToken(pluginId),
    user,
    fromPublic(signer.accountPublicKey),
    {},
    {
      signer: fromSeed(new TextEncoder().encode(signer.signingSeed)),
      scopedUser: true,
      exp: Math.floor(Date.now() / 1000) + (signer.lifetimeSeconds ?? 24 * 3600),
    },
  );
  return new TextDecoder().decode(fmtCreds(token, user));
}
