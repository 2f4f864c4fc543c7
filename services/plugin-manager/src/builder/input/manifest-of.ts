import type { Credential, HttpManifest } from '@made-open/http-manifest';
import type { BuilderInput, ConnectionInput } from './builder-input.ts';
import { withPathParams } from './path-params.ts';
import { configSchemaOf } from './settings.ts';

/** The HTTP manifest that says what was typed: what the target http is, and what code is made from. */
export function manifestOf(input: BuilderInput): HttpManifest {
  const { basics, connection, capabilities, ...others } = input;
  const {
    target: _,
    language: _language,
    settings: _rows,
    config_schema: _schema,
    ...parts
  } = others;
  const { categories = ['outbound'], ...who } = basics;
  return {
    manifest_version: 1,
    ...who,
    categories,
    capabilities,
    ...schemaOf(input),
    ...connectionOf(connection, parts),
    ...parts,
    ...actionsOf(input),
  };
}

function actionsOf({ actions, settings = [] }: BuilderInput): Pick<HttpManifest, 'actions'> {
  const keys = new Set(settings.map(({ key }) => key));
  return actions === undefined ? {} : { actions: withPathParams(actions, keys) };
}

function connectionOf(
  connection: ConnectionInput,
  parts: object,
): Omit<ConnectionInput, 'base_url'> & Pick<HttpManifest, 'allowed_domains'> {
  const { base_url, servers, allowed_domains, credentials, ...rest } = connection;
  const addresses = servers ?? (base_url === undefined ? undefined : [{ url: base_url }]);
  const values = credentials ?? credentialsIn([rest.auth, parts]);
  return {
    ...(values.length === 0 ? {} : { credentials: values }),
    ...(addresses === undefined ? {} : { servers: addresses }),
    allowed_domains: allowed_domains ?? domainsIn([addresses, rest.auth, parts]),
    ...rest,
  };
}

function schemaOf({
  settings = [],
  config_schema,
}: BuilderInput): Pick<HttpManifest, 'config_schema'> {
  if (config_schema !== undefined) return { config_schema };
  return settings.length === 0 ? {} : { config_schema: configSchemaOf(settings) };
}

/** The text of a manifest, always the same for the same one. */
export function manifestText(manifest: HttpManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

function credentialsIn(parts: readonly unknown[]): readonly Credential[] {
  const names = texts(parts).flatMap((text) =>
    [...text.matchAll(/(?<![\w.])creds\.([a-z][a-z0-9_]*)/gu)].map(([, name = '']) => name),
  );
  return [...new Set(names)].map((name) => ({ name }));
}

/** Hosts of the addresses; one with a variable becomes `*.` of what follows. */
function domainsIn(parts: readonly unknown[]): string[] {
  const hosts = texts(parts).flatMap((text) => {
    const host = /^https:\/\/([^/?#\s]+)/u.exec(text)?.[1];
    return host === undefined ? [] : [host.replace(/^\{[A-Za-z0-9_]+\}\./u, '*.')];
  });
  return [...new Set(hosts)].toSorted();
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}
