/** A text with `{{ … }}`, parsed. */
export interface Template {
  readonly text: string;
  /** Literal texts and placeholders in their order. */
  readonly pieces: readonly (string | Placeholder)[];
}

/** `{{ path | filter(argument) }}`. */
export interface Placeholder {
  readonly path: readonly string[];
  readonly filters: readonly FilterCall[];
  /** Where it begins in the text. */
  readonly place: number;
}

export interface FilterCall {
  readonly name: FilterName;
  readonly args: readonly FilterArgument[];
}

export type FilterArgument = string | number | boolean | null;

/** All that there are. */
export const filterNames = [
  'default',
  'base64',
  'base64url',
  'urlencode',
  'digits',
  'e164',
  'int',
  'number',
  'boolean',
  'string',
  'lower',
  'upper',
  'trim',
  'join',
  'sha256_hex',
  'iso8601',
  'unix_seconds',
  'json',
] as const;

export type FilterName = (typeof filterNames)[number];

/** What a template asks for. */
export interface Variable {
  /** `settings.from` for example. */
  readonly name: string;
  readonly path: readonly string[];
  readonly filters: readonly FilterName[];
  /** It has a `default`. */
  readonly isOptional: boolean;
  readonly place: number;
}

export function isPlaceholder(piece: string | Placeholder): piece is Placeholder {
  return typeof piece !== 'string';
}

/** In the order of the text, repeated as there. */
export function variablesOf(template: Template): readonly Variable[] {
  return template.pieces.filter(isPlaceholder).map(({ path, filters, place }) => {
    const names = filters.map(({ name }) => name);
    return {
      name: path.join('.'),
      path,
      filters: names,
      isOptional: names.includes('default'),
      place,
    };
  });
}
