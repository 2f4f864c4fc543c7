/** A label of a plugin's id. */
export const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

/** A text of one line. */
export const line = (maxLength: number, description: string): object => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description,
});

/** A whole number within bounds. */
export const integer = (minimum: number, maximum: number, description: string): object => ({
  type: 'integer',
  minimum,
  maximum,
  description,
});

/** An object of known fields. */
export const section = (properties: object, description: string): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  description,
});

/** A list of bounded length. */
export const list = (maxItems: number, items: object, description: string): object => ({
  type: 'array',
  maxItems,
  items,
  description,
});
