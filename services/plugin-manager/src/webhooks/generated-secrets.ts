import type { Manifest } from '@made-open/manifest';
import { randomBytes } from 'node:crypto';

type Config = Readonly<Record<string, unknown>>;

/** The config with secrets of webhooks that it lacks and that the platform is to make. */
export function withGeneratedSecrets({ webhooks = [] }: Manifest, config: Config): Config {
  const missing = webhooks.flatMap(({ secret, generateSecret }) =>
    generateSecret === true && secret !== undefined && !Object.hasOwn(config, secret)
      ? [secret]
      : [],
  );
  const made = [...new Set(missing)].map((name) => [name, randomBytes(32).toString('base64url')]);
  return { ...config, ...Object.fromEntries(made) };
}
