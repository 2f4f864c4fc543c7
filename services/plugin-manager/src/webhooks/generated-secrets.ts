import { describeError } from '@made-open/bus';
import type { Manifest } from '@made-open/manifest';
import { randomBytes } from 'node:crypto';
import type { ConfigVault } from '../configs/config-vault.ts';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { manifestOf, type Version } from '../plugins/plugin.ts';

type Config = Readonly<Record<string, unknown>>;

export interface AddSecretsParts {
  readonly connections: Pick<ConnectionStore, 'ofPlugin' | 'change'>;
  readonly vault: Pick<ConfigVault, 'add'>;
}

/** The config with secrets of webhooks that it lacks and that the platform is to make, and which those are. */
export function withGeneratedSecrets(
  manifest: Manifest,
  config: Config,
): { readonly config: Config; readonly made: readonly string[] } {
  const made = generatedNames(manifest).filter((name) => !Object.hasOwn(config, name));
  return { config: { ...config, ...secretsFor(made) }, made };
}

/** Makes the secrets that a version wants and that configs of its plugin lack, as they were stored before it. */
export async function addGeneratedSecrets(parts: AddSecretsParts, version: Version): Promise<void> {
  const names = generatedNames(manifestOf(version));
  if (names.length === 0) return;
  for (const { connection } of await parts.connections.ofPlugin(version.pluginId)) {
    const { configFields, configRevision, isDeleting } = connection;
    const missing = names.filter((name) => !configFields.includes(name));
    if (missing.length === 0 || configRevision === 0 || isDeleting) continue;
    await addSecrets(parts, connection, missing);
  }
}

async function addSecrets(
  { connections, vault }: AddSecretsParts,
  { id, spaceId, pluginId, configFields, configGaps }: Connection,
  missing: readonly string[],
): Promise<void> {
  const owner = { spaceId, connectionId: id, pluginId };
  try {
    const revision = await vault.add(owner, secretsFor(missing));
    const fields = [...configFields, ...missing];
    const gaps = configGaps.filter((name) => !missing.includes(name));
    await connections.change(id, { config: { revision, fields, gaps, hasToken: false } });
  } catch (error) {
    // A config that cannot be added to holds up no version: its webhooks say what they lack.
    if (describeError(error).retry !== 'never') throw error;
  }
}

function generatedNames({ webhooks = [] }: Manifest): string[] {
  const names = webhooks.flatMap(({ secret, generateSecret }) =>
    generateSecret === true && secret !== undefined ? [secret] : [],
  );
  return [...new Set(names)];
}

function secretsFor(names: readonly string[]): Config {
  return Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')]));
}
