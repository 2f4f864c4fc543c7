import type { RetryAfter } from '../http-manifest.ts';
import { firstAt } from '../response/json-path.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';

const usual: readonly RetryAfter[] = [{ header: 'Retry-After', format: 'delta_seconds' }];

/** How long the provider asks to wait, in milliseconds; the first place of the list that says so. */
export function retryAfterMs(
  answer: ProviderAnswer,
  places: readonly RetryAfter[] = usual,
  now = Date.now(),
): number | undefined {
  for (const place of places) {
    const ms = waitOf(valueAt(answer, place), place.format, now);
    if (ms !== undefined) return Math.max(0, ms);
  }
  return undefined;
}

function valueAt(answer: ProviderAnswer, { header, body_path: path }: RetryAfter): unknown {
  if (header !== undefined) return answer.headers[header.toLowerCase()];
  return path === undefined ? undefined : firstAt(path, answer.body);
}

/** A header that should have seconds may have a date (RFC 9110, 10.2.3). */
function waitOf(value: unknown, format: RetryAfter['format'], now: number): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  if (/^[0-9]{1,15}(?:\.[0-9]{1,9})?$/u.test(text)) return numberWait(Number(text), format, now);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time - now;
}

function numberWait(number: number, format: RetryAfter['format'], now: number): number | undefined {
  switch (format) {
    case 'http_date':
      return undefined;
    case 'delta_ms':
      return number;
    case 'epoch_seconds':
      return number * 1000 - now;
    case 'epoch_ms':
      return number - now;
    default:
      return number * 1000;
  }
}
