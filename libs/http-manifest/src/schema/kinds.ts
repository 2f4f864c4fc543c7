/** A part of a JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

interface TextOptions {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

export const text = (
  description: string,
  { min = 0, max = 2000, pattern }: TextOptions = {},
): Schema => ({
  type: 'string',
  ...(min > 0 ? { minLength: min } : {}),
  maxLength: max,
  ...(pattern === undefined ? {} : { pattern }),
  description,
});

/** A text of one line. */
export const line = (description: string, max = 200): Schema =>
  text(description, { min: 1, max, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

/** A name as variables, credentials and actions have it. */
export const word = (description: string): Schema =>
  text(description, { max: 64, pattern: '^[a-z][a-z0-9_]{0,63}$' });

export const whole = (description: string, minimum: number, maximum: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  description,
});

export const flag = (description: string): Schema => ({ type: 'boolean', description });

export const oneOf = (description: string, values: readonly (string | number)[]): Schema => ({
  enum: values,
  description,
});

export const exactly = (value: string | number, description = 'which kind it is'): Schema => ({
  const: value,
  description,
});

export const anything = (description: string): Schema => ({ description });

/** An object of any fields, for example a JSON Schema. */
export const free = (description: string): Schema => ({ type: 'object', description });

export const list = (
  description: string,
  items: Schema,
  { min = 0, max = 64 }: TextOptions = {},
): Schema => ({
  type: 'array',
  ...(min > 0 ? { minItems: min } : {}),
  maxItems: max,
  items,
  description,
});

/** An object whose field names are the author's. */
export const map = (description: string, values: Schema, names: Schema): Schema => ({
  type: 'object',
  maxProperties: 64,
  propertyNames: names,
  additionalProperties: values,
  description,
});

/** An object of known fields. */
export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema => ({
  type: 'object',
  description,
  properties,
  required,
  additionalProperties: false,
});

/** One of several objects that `tag` tells apart. */
export const choice = (
  description: string,
  tag: string,
  alternatives: readonly Schema[],
): Schema => ({
  type: 'object',
  description,
  discriminator: { propertyName: tag },
  required: [tag],
  oneOf: alternatives,
});

/** A definition of the same document; what is said here is of the place where it stands. */
export const ref = (name: string, description?: string): Schema => ({
  $ref: `#/$defs/${name}`,
  ...(description === undefined ? {} : { description }),
});
