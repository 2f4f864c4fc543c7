import type { Invocation } from '../command.ts';
import { CliError, exitCodes } from '../errors.ts';
import { platformUrl, readAccount, readSecretFile } from '../platform/account-file.ts';
import { Api } from '../platform/api.ts';

const localGateway = 'http://127.0.0.1:4101';

/**
 * The public API. Its key comes from MADE_OPEN_CLIENT_KEY or the file that MADE_OPEN_CLIENT_KEY_FILE names; without them the
 * gateway of a platform on this machine is asked with the administrator's.
 */
export function gatewayOf({ env, url }: Pick<Invocation, 'env' | 'url'>): Api {
  const address = platformUrl(env['MADE_OPEN_GATEWAY_URL'] ?? localGateway);
  const file = env['MADE_OPEN_CLIENT_KEY_FILE'];
  const given =
    env['MADE_OPEN_CLIENT_KEY'] ?? (file === undefined ? undefined : readSecretFile(file));
  const isOwn = env['MADE_OPEN_GATEWAY_URL'] === undefined;
  const key = given ?? (isOwn ? readAccount(env, url).key : undefined);
  if (key === undefined)
    throw new CliError(
      'settings.client_key',
      exitCodes.settings,
      `there is no key for ${address}: set MADE_OPEN_CLIENT_KEY, or name a file with MADE_OPEN_CLIENT_KEY_FILE`,
    );
  return new Api({ url: address, key: key.trim() }, { root: '/v1' });
}
