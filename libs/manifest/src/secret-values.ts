type Schema = Readonly<Record<string, unknown>>;

const secretName =
  /secret|passw|passphrase|pwd|token|credential|api[-_]?key|(private|access|signing|auth|encryption|account|client)[-_]?key|bearer|jwt|cookie/iu;
const harmlessEnd = /(url|uri|endpoint|type|id|name|scopes?|expir[a-z]*|algorithm)$/iu;

/** A value of a config that is secret, and the config's field that it lies in. */
export interface SecretValue {
  readonly field: string;
  readonly value: unknown;
}

/**
 * The values of a config that its schema marks `writeOnly` or as a password, or that have a name that says secret. What
 * lies beside one in the same group, such as a host, is none.
 */
export function secretValues(configSchema: Schema, config: Schema): SecretValue[] {
  const root = alternatives(configSchema);
  return Object.entries(config).flatMap(([field, value]) =>
    secretsIn(field, value, fieldSchemas(root, field)).map((secret) => ({ field, value: secret })),
  );
}

function secretsIn(name: string, value: unknown, schemas: readonly Schema[]): unknown[] {
  if (saysSecret(name) || schemas.some(isMarked)) return [value];
  if (Array.isArray(value)) {
    const items = schemas.flatMap((schema) => alternatives(schema['items']));
    return value.flatMap((item) => secretsIn('', item, items));
  }
  if (!isSchema(value)) return [];
  return Object.entries(value).flatMap(([field, part]) =>
    secretsIn(field, part, fieldSchemas(schemas, field)),
  );
}

function fieldSchemas(schemas: readonly Schema[], field: string): Schema[] {
  return schemas.flatMap(({ properties }) =>
    isSchema(properties) && Object.hasOwn(properties, field) ? alternatives(properties[field]) : [],
  );
}

/** A schema and those that it is put together from. */
function alternatives(schema: unknown): Schema[] {
  if (!isSchema(schema)) return [];
  const parts = [schema['anyOf'], schema['oneOf'], schema['allOf']].filter(Array.isArray).flat();
  return [schema, ...parts.flatMap(alternatives)];
}

function isMarked(schema: Schema): boolean {
  return schema['writeOnly'] === true || schema['format'] === 'password';
}

function saysSecret(name: string): boolean {
  return secretName.test(name) && !harmlessEnd.test(name);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
