/** What a compiled JSON Schema says of a value, as ajv does. */
export interface SchemaFault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: unknown;
}

/** One fault in words: where it is, what is wrong and what is wanted; never the value itself. */
export function explainFault(root: string, fault: SchemaFault): string {
  const place = placeOf(root, fault.instancePath);
  const { params } = fault;
  switch (fault.keyword) {
    case 'required':
      return `${place} lacks "${String(params['missingProperty'])}"`;
    case 'additionalProperties':
      return `${place} has the unknown field ${quoted(params['additionalProperty'])}; ${known(fault.parentSchema)}`;
    case 'enum':
      return `${place} must be one of ${JSON.stringify(params['allowedValues'])}`;
    case 'pattern':
      return `${place} ${patternText(fault)}`;
    default:
      return `${place} ${fault.message ?? 'is not valid'}${hint(fault.parentSchema)}`;
  }
}

/** Words before a regular expression, where there are some. */
function patternText({ message = 'is not valid', parentSchema }: SchemaFault): string {
  const description = field(parentSchema, 'description');
  return typeof description === 'string' ? `must match: ${description}` : message;
}

/** `/permissions/2` becomes `permissions[2]`. */
function placeOf(root: string, pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts.reduce((place, part) => {
    if (/^\d+$/u.test(part)) return `${place}[${part}]`;
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 100);
    return place === '' || place === 'plugin.json' ? name : `${place}.${name}`;
  }, root);
}

function quoted(name: unknown): string {
  return JSON.stringify(String(name).slice(0, 100));
}

function known(schema: unknown): string {
  const names = Object.keys(field(schema, 'properties') ?? {});
  return names.length === 0 ? 'remove it' : `the fields are ${names.join(', ')}`;
}

function hint(schema: unknown): string {
  const description = field(schema, 'description');
  return typeof description === 'string' ? ` (${description})` : '';
}

function field(schema: unknown, name: string): unknown {
  return typeof schema === 'object' && schema !== null ? Reflect.get(schema, name) : undefined;
}
