import type { Credential, HttpManifest, Server } from '../http-manifest.ts';
import { alternativesOf } from '../auth/alternatives-of.ts';
import { settingsSchema } from '../mentioned-settings.ts';
import { credentialRefs } from '../names.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Settings, variables of servers and credentials as one flat config; credentials are `writeOnly`. */
export function compileConfigSchema(manifest: HttpManifest): Schema {
  const { servers = [] } = manifest;
  const settings = settingsSchema(manifest);
  const credentials = credentialsOf(manifest);
  const declared = settings['properties'];
  const required = settings['required'];
  const ofCredentials = credentials.filter((credential) => credential.required !== false);
  return {
    additionalProperties: false,
    ...settings,
    type: 'object',
    properties: {
      ...Object.fromEntries(servers.flatMap(variableSchemas)),
      ...(isObject(declared) ? declared : {}),
      ...Object.fromEntries(
        credentials.map((each) => [
          each.name,
          { ...credentialSchema(each), ...emptiness(manifest, each) },
        ]),
      ),
    },
    required: [
      ...new Set([
        ...(Array.isArray(required) ? required : []),
        ...servers.flatMap(neededVariables),
        ...ofCredentials.map(({ name }) => name),
      ]),
    ],
    ...eitherOf(manifest),
  };
}

/** One of two credentials is enough. */
function eitherOf({ auth }: HttpManifest): Schema {
  const either = alternativesOf(auth);
  if (either === undefined) return {};
  const [first, other] = either;
  return { if: { required: [other] }, else: { required: [first] } };
}

/** Those that are declared, or those that are mentioned where nothing is. */
export function credentialsOf(manifest: HttpManifest): readonly Credential[] {
  if (manifest.credentials !== undefined) return manifest.credentials;
  const names = new Set(credentialRefs(manifest).map(({ name }) => name));
  return [...names].toSorted().map((name) => ({ name }));
}

function credentialSchema({ title, name, secret, pattern }: Credential): Schema {
  return {
    type: 'string',
    title: title ?? name.replaceAll('_', ' '),
    minLength: 1,
    maxLength: 8192,
    ...(pattern === undefined ? {} : { pattern }),
    // One that is no secret lies in the wallet as well, and may be read again.
    ...(secret === false ? {} : { writeOnly: true }),
  };
}

/** The first of two may be empty on purpose where a password may: the other one does not count then. */
function emptiness({ auth }: HttpManifest, { name }: Credential): Schema {
  return auth?.scheme === 'basic' && alternativesOf(auth)?.[0] === name ? { minLength: 0 } : {};
}

function variableSchemas({ variables = {} }: Server): [name: string, schema: Schema][] {
  return Object.entries(variables).map(([name, { default: usual, enum: values, pattern }]) => [
    name,
    {
      type: 'string',
      ...(values === undefined ? {} : { enum: values }),
      ...(pattern === undefined ? {} : { pattern: wholeOf(pattern) }),
      ...(usual === undefined ? {} : { default: usual }),
    },
  ]);
}

/** JSON Schema looks for an expression anywhere in a text. */
function wholeOf(pattern: string): string {
  return `^(?:${pattern})$`;
}

function neededVariables({ variables = {} }: Server): string[] {
  return Object.entries(variables).flatMap(([name, variable]) =>
    variable.default === undefined ? [name] : [],
  );
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
