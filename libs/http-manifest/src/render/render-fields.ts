import type { Field } from '../http-manifest.ts';
import { isEmpty, textOf } from '../template/filters.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { render, renderOptional, renderText, type Scope } from '../template/render-template.ts';

/** Names and values in their order; one that repeats stands there several times. */
export function renderFields(
  fields: readonly Field[],
  scope: Scope,
): readonly (readonly [string, string])[] {
  return fields.flatMap(({ name, value, repeat, omit_empty: omits }) =>
    valuesOf({ value, isRepeated: repeat === true, isOmitted: omits === true }, scope).map(
      (text) => [name, text] as const,
    ),
  );
}

interface Repeatable {
  readonly value: string;
  readonly isRepeated: boolean;
  readonly isOmitted: boolean;
}

/** The texts of one field: none where it is left out. */
export function valuesOf(
  { value, isRepeated, isOmitted }: Repeatable,
  scope: Scope,
): readonly string[] {
  const found = isOmitted ? renderOptional(value, scope) : undefined;
  if (isOmitted && (isEmpty(found) || (Array.isArray(found) && found.length === 0))) return [];
  if (!isRepeated) return [renderText(value, scope)];
  const list = render(parseTemplate(value), scope);
  return Array.isArray(list) ? list.map(textOf) : [textOf(list)];
}
