import type { Extractor } from '../http-manifest.ts';
import { firstMatch } from '../pattern/linear-pattern.ts';
import { firstAt } from './json-path.ts';
import type { ProviderAnswer } from './provider-answer.ts';

type ExtractorParts = Exclude<Extractor, string>;

/** An answer that lacks what the manifest says is always there. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError';
  readonly code = 'http_manifest.missing_value';
  readonly retry = 'never';

  constructor({ source = 'body', path, name }: ExtractorParts) {
    super(
      `the answer has no ${path ?? name ?? 'value'} in its ${source}, which the manifest requires`,
    );
  }
}

/** The value, or undefined. Throws MissingValueError and JsonPathError. */
export function extract(extractor: Extractor | undefined, answer: ProviderAnswer): unknown {
  if (extractor === undefined) return undefined;
  const parts: ExtractorParts = typeof extractor === 'string' ? { path: extractor } : extractor;
  const value = sourceValue(parts, answer);
  const given = isRounded(value) && parts.type !== 'number' ? undefined : value;
  const found = typed(matched(given, parts.pattern), parts.type);
  if (found !== undefined && found !== null && found !== '') return found;
  if (parts.default !== undefined) return parts.default;
  if (parts.required === true) throw new MissingValueError(parts);
  return undefined;
}

/** A whole number whose last digits were lost when the answer was read: as an id it would name something else. */
function isRounded(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** As text, for ids and words; lists, objects and nothing have none. */
export function extractText(
  extractor: Extractor | undefined,
  answer: ProviderAnswer,
): string | undefined {
  const value = extract(extractor, answer);
  return isScalar(value) ? String(value) : undefined;
}

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function sourceValue(
  { source = 'body', path, name }: ExtractorParts,
  answer: ProviderAnswer,
): unknown {
  switch (source) {
    case 'header':
      return answer.headers[(name ?? path ?? '').toLowerCase()];
    case 'status':
      return answer.status;
    case 'form':
      return formValue(path ?? name ?? '', formOf(answer.body));
    default:
      return path === undefined ? answer.body : firstAt(path, answer.body);
  }
}

/** Fields of a form; one may hold JSON, whose inner values a longer path names. */
function formValue(path: string, form: Readonly<Record<string, unknown>>): unknown {
  if (Object.hasOwn(form, path)) return form[path];
  return firstAt(path, openedForm(form));
}

/** A form with the values of those fields that hold JSON. */
export function openedForm(body: unknown): Readonly<Record<string, unknown>> {
  const fields = Object.entries(formOf(body));
  return Object.fromEntries(fields.map(([name, value]) => [name, jsonOf(value)]));
}

function formOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'string') return Object.fromEntries(new URLSearchParams(body));
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/u.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function matched(value: unknown, pattern: string | undefined): unknown {
  if (pattern === undefined) return value;
  return isScalar(value) ? firstMatch(pattern, String(value)) : undefined;
}

function typed(value: unknown, type: ExtractorParts['type']): unknown {
  if (type === undefined || !isScalar(value)) return value;
  switch (type) {
    case 'integer':
      return numberOf(value, Number.isSafeInteger);
    case 'number':
      return numberOf(value, Number.isFinite);
    case 'boolean':
      return booleanOf(value);
    default:
      return String(value);
  }
}

function numberOf(value: unknown, isRight: (number: number) => boolean): number | undefined {
  const text = String(value).trim();
  const number = text === '' ? Number.NaN : Number(text);
  return isRight(number) ? number : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}
