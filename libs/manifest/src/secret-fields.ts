type Schema = Readonly<Record<string, unknown>>;

const secretName =
  /secret|passw|passphrase|pwd|token|credential|api[-_]?key|(private|access|signing|auth|encryption|account|client)[-_]?key|bearer|jwt|cookie/iu;
const harmlessEnd = /(url|uri|endpoint|type|id|name|scopes?|expir[a-z]*|algorithm)$/iu;

/** Names of the config's fields that never leave the wallet in clear: marked `writeOnly`, or with a name that says secret. */
export function secretFields(configSchema: Schema): string[] {
  return Object.entries(declaredFields(configSchema))
    .filter(([name, schema]) => saysSecret(name) || holdsSecret(schema))
    .map(([name]) => name);
}

/** Whether a field of a config must be kept secret; a field that is not declared must, since nobody said what it is. */
export function isSecretField(configSchema: Schema, field: string): boolean {
  return (
    !Object.hasOwn(declaredFields(configSchema), field) ||
    secretFields(configSchema).includes(field)
  );
}

function declaredFields(schema: Schema): Schema {
  const { properties } = schema;
  return isSchema(properties) ? properties : {};
}

function saysSecret(name: string): boolean {
  return secretName.test(name) && !harmlessEnd.test(name);
}

/** A field is secret as a whole when any part of it is, wherever its schema says so. */
function holdsSecret(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(holdsSecret);
  if (!isSchema(schema)) return false;
  if (schema['writeOnly'] === true || schema['format'] === 'password') return true;
  return (
    Object.keys(declaredFields(schema)).some(saysSecret) || Object.values(schema).some(holdsSecret)
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
