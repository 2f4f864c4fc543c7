import { FileInBase64, FileValue } from './file-value.ts';
import { sha256Hex } from './sha256.ts';
import type { FilterArgument, FilterCall, FilterName } from './template.ts';

type Apply = (value: unknown, args: readonly FilterArgument[]) => unknown;

/** What a filter refuses; the message says what it needs and not what it got. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly code = 'http_manifest.template';
  readonly retry = 'never';
}

const apply: Readonly<Record<FilterName, Apply>> = {
  default: (value, [instead]) => (isEmpty(value) ? instead : value),
  base64: (value) =>
    value instanceof FileValue ? new FileInBase64(value.id) : base64Of(textOf(value)),
  base64url: (value) =>
    base64Of(textOf(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  urlencode: (value) => percentEncode(textOf(value)),
  digits: (value) => textOf(value).replaceAll(/[^0-9]/gu, ''),
  e164: (value, [country]) => e164(textOf(value), country),
  int: (value) => numberOf(value, /^\s*[+-]?[0-9]+\s*$/u, Number.isSafeInteger, 'a whole number'),
  number: (value) => numberOf(value, /^[\s0-9.eE+-]+$/u, Number.isFinite, 'a number'),
  boolean: booleanOf,
  string: textOf,
  lower: (value) => textOf(value).toLowerCase(),
  upper: (value) => textOf(value).toUpperCase(),
  trim: (value) => textOf(value).trim(),
  join: (value, [separator = ',']) => listOf(value).map(textOf).join(String(separator)),
  sha256_hex: (value) => sha256Hex(textOf(value)),
  iso8601: (value) => dateOf(value).toISOString(),
  unix_seconds: (value) => Math.floor(dateOf(value).getTime() / 1000),
  json: (value) => JSON.stringify(value),
};

/** Throws FilterError. */
export function applyFilter({ name, args }: FilterCall, value: unknown): unknown {
  return apply[name](value, args);
}

/** Nothing to show. */
export function isEmpty(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** RFC 3986: everything but letters, digits, `-`, `_`, `~` and, where wanted, `.` as %XX. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Throws FilterError for what has no text of its own. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof FileValue)
    throw new FilterError(
      'a file has no text: write file.url, file.name or file.media_type, or use the filter base64',
    );
  throw new FilterError(
    isEmpty(value)
      ? 'it has no value: use the filter default, or omit_empty where the field may be left out'
      : 'it is a list or an object: use the filter json or join',
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function numberOf(
  value: unknown,
  form: RegExp,
  isRight: (number: number) => boolean,
  what: string,
): number {
  const text = textOf(value);
  const number = form.test(text) ? Number(text) : Number.NaN;
  if (isRight(number)) return number;
  throw new FilterError(`it is not ${what}`);
}

function booleanOf(value: unknown): boolean {
  const text = textOf(value).trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new FilterError('it is neither true nor false');
}

/** The number may be written with spaces and the like; `country` goes in front of a national one. */
function e164(text: string, country: FilterArgument | undefined): string {
  const digits = text.replaceAll(/[^0-9]/gu, '');
  const international = internationalDigits(text.trim(), digits, country);
  if (/^[1-9][0-9]{5,14}$/u.test(international)) return `+${international}`;
  throw new FilterError('it is not a phone number of 6 to 15 digits with the code of its country');
}

function internationalDigits(
  text: string,
  digits: string,
  country: FilterArgument | undefined,
): string {
  if (text.startsWith('+')) return digits;
  if (digits.startsWith('00')) return digits.slice(2);
  if (country === undefined || country === null)
    throw new FilterError(
      'it is a phone number without the code of its country: write it with +, or name the code as in e164("1")',
    );
  const national = digits.startsWith('0') ? digits.slice(1) : digits;
  return `${String(country).replaceAll(/[^0-9]/gu, '')}${national}`;
}

/** Seconds before the year 5138 and milliseconds behind March 1973 cannot be mistaken for each other. */
const leastMs = 100_000_000_000;

function dateOf(value: unknown): Date {
  const text = textOf(value).trim();
  const number = /^-?[0-9]+(\.[0-9]+)?$/u.test(text) ? Number(text) : undefined;
  const date = new Date(
    number === undefined ? text : Math.abs(number) < leastMs ? number * 1000 : number,
  );
  if (!Number.isNaN(date.getTime())) return date;
  throw new FilterError('it is neither a date of ISO 8601 nor a Unix time');
}

const chunk = 8192;

function base64Of(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let at = 0; at < bytes.length; at += chunk)
    binary += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(binary);
}
