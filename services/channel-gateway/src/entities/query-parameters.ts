import { ApiError } from '../errors.ts';

/** A page size from 1 to `max`; 50 unless given. */
export function limitOf(text: string | undefined, max: number): number {
  if (text === undefined) return Math.min(50, max);
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > max)
    throw new ApiError(
      'request.limit',
      400,
      `limit must be a whole number from 1 to ${String(max)}`,
    );
  return limit;
}

/** A text of bounded length; empty unless given once. */
export function textOf(name: string, value: unknown, maxLength = 500): string {
  if (value === undefined) return '';
  if (typeof value !== 'string' || value.length > maxLength)
    throw new ApiError(
      'request.parameter',
      400,
      `${name} must be given once, with at most ${String(maxLength)} characters`,
    );
  return value;
}
