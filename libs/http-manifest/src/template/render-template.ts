import { applyFilter, FilterError, isEmpty, textOf } from './filters.ts';
import { parseTemplate } from './parse-template.ts';
import { isPlaceholder, type Placeholder, type Template } from './template.ts';
import { TemplateError } from './template-error.ts';
import { FileInBase64 } from './file-value.ts';

/** Values by name: `to`, `settings`, `steps`, … */
export type Scope = Readonly<Record<string, unknown>>;

export interface RenderOptions {
  /** As Faxbot does: what has no value is an empty text, and lists and objects are shown as JSON. */
  readonly isLegacy?: boolean;
}

/** The value of a text that is one placeholder, whatever its type; else a text. Throws TemplateError. */
export function render(template: Template, scope: Scope, options: RenderOptions = {}): unknown {
  const [first, second] = template.pieces;
  if (first !== undefined && second === undefined && isPlaceholder(first))
    return renderOne(template, first, { scope, options });
  const texts = template.pieces.map((piece) =>
    isPlaceholder(piece) ? textOfPlaceholder(template, piece, { scope, options }) : piece,
  );
  return texts.join('');
}

/** As text in any case. */
export function renderText(text: string, scope: Scope, options: RenderOptions = {}): string {
  const template = parseTemplate(text);
  const texts = template.pieces.map((piece) =>
    isPlaceholder(piece) ? textOfPlaceholder(template, piece, { scope, options }) : piece,
  );
  return texts.join('');
}

/** Texts in their order, each value through `escape`, and files in base64 between them. */
export function renderPieces(
  text: string,
  scope: Scope,
  escape: (value: string) => string,
): readonly (string | FileInBase64)[] {
  const template = parseTemplate(text);
  return template.pieces.map((piece) => {
    if (!isPlaceholder(piece)) return piece;
    const value = renderOne(template, piece, { scope, options: {} });
    return value instanceof FileInBase64
      ? value
      : guarded(template, piece, () => escape(textOf(value)));
  });
}

/** Undefined where there is nothing to show, for what may be left out. */
export function renderOptional(text: string, scope: Scope): unknown {
  const template = parseTemplate(text);
  const isMissing = template.pieces
    .filter(isPlaceholder)
    .some(
      (placeholder) =>
        !placeholder.filters.some(({ name }) => name === 'default') &&
        isEmpty(valueAt(scope, placeholder.path)),
    );
  return isMissing ? undefined : render(template, scope);
}

/** Own properties of objects and entries of lists; everything else is undefined. */
export function valueAt(scope: unknown, path: readonly string[]): unknown {
  let value = scope;
  for (const name of path) value = ownValue(value, name);
  return value;
}

function ownValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return /^[0-9]+$/u.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

interface Around {
  readonly scope: Scope;
  readonly options: RenderOptions;
}

function textOfPlaceholder(template: Template, placeholder: Placeholder, around: Around): string {
  const value = renderOne(template, placeholder, around);
  if (value instanceof FileInBase64)
    throw new TemplateError(
      template.text,
      placeholder.place,
      'a file in base64 must stand alone in its text',
    );
  if (around.options.isLegacy === true && typeof value === 'object') return JSON.stringify(value);
  return guarded(template, placeholder, () => textOf(value));
}

function renderOne(
  template: Template,
  placeholder: Placeholder,
  { scope, options }: Around,
): unknown {
  const { path, filters } = placeholder;
  return guarded(template, placeholder, () => {
    let value = valueAt(scope, path);
    for (const filter of filters) {
      if (path[0] === 'creds' && filter.name !== 'default')
        throw new FilterError(
          'filters cannot be used on a credential: its value is not known here',
        );
      value = applyFilter(filter, value);
    }
    if (value !== undefined && value !== null) return value;
    if (options.isLegacy === true) return '';
    if (filters.some(({ name }) => name === 'default')) return null;
    throw new FilterError(
      'it has no value: use the filter default, or omit_empty where the field may be left out',
    );
  });
}

function guarded<T>(template: Template, { place, path }: Placeholder, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FilterError)
      throw new TemplateError(template.text, place, `${path.join('.')}: ${error.message}`);
    throw error;
  }
}
