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
  const secretsIn = (name: string, value: unknown, schemas: readonly Schema[]): unknown[] => {
    if (saysSecret(name) || schemas.some(isMarked)) return [value];
    const isList = Array.isArray(value);
    if (!isList && !isSchema(value)) return [];
    const partSchemas = isList ? itemSchemas : fieldSchemas;
    return Object.entries(value).flatMap(([key, part]) => {
      // Once each: references of a schema to itself would double at every level.
      const seen = new Set<unknown>();
      const inner = partSchemas(schemas, key).flatMap((schema) =>
        alternatives(configSchema, schema, seen),
      );
      return secretsIn(isList ? '' : key, part, inner);
    });
  };
  const root = alternatives(configSchema, configSchema, new Set());
  return Object.entries(config).flatMap(([field, value]) =>
    secretsIn('', { [field]: value }, root).map((secret) => ({ field, value: secret })),
  );
}

function fieldSchemas(schemas: readonly Schema[], field: string): unknown[] {
  return schemas.flatMap(({ properties, patternProperties, additionalProperties }) =>
    isSchema(properties) && Object.hasOwn(properties, field)
      ? [properties[field]]
      : [
          additionalProperties,
          ...(isSchema(patternProperties) ? Object.values(patternProperties) : []),
        ],
  );
}

function itemSchemas(schemas: readonly Schema[], index: string): unknown[] {
  return schemas.map(({ items, prefixItems }) =>
    Array.isArray(prefixItems) && Object.hasOwn(prefixItems, index)
      ? prefixItems[Number(index)]
      : items,
  );
}

/** A schema and those that it is put together from. */
function alternatives(root: Schema, schema: unknown, seen: Set<unknown>): Schema[] {
  if (!isSchema(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const { $ref, anyOf, oneOf, allOf, then, else: otherwise } = schema;
  const parts = [referred(root, $ref), anyOf, oneOf, allOf, then, otherwise].flat();
  return [schema, ...parts.flatMap((part) => alternatives(root, part, seen))];
}

/** What a JSON pointer within the schema leads to; a manifest has no other references. */
function referred(root: Schema, reference: unknown): unknown {
  if (typeof reference !== 'string' || !/^#(\/|$)/u.test(reference)) return undefined;
  const names = reference.split('/').slice(1);
  return names.reduce<unknown>((schema, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    return isSchema(schema) && Object.hasOwn(schema, key) ? schema[key] : undefined;
  }, root);
}

function isMarked(schema: Schema): boolean {
  return schema['writeOnly'] === true || schema['format'] === 'password';
}

/** Whether a name tells that its value is secret. */
export function saysSecret(name: string): boolean {
  return secretName.test(name) && !harmlessEnd.test(name);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
