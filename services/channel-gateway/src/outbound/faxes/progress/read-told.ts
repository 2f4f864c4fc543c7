import type { OutboundError } from '../../outbound.ts';
import { textOf } from '../../sending/read-outcome.ts';
import { isFaxState, type ToldOfFax } from '../fax.ts';

const maxPages = 100_000;

/** A FaxResult of the SDK; what a plugin returned is believed only where it has the right form. */
export function readTold(told: object): ToldOfFax {
  const status: unknown = Reflect.get(told, 'status');
  const said = textOf(told, 'providerStatus') || textOf(told, 'status');
  const pages: unknown = Reflect.get(told, 'pages');
  return {
    jobId: textOf(told, 'jobId'),
    status: isFaxState(status) ? status : 'unknown',
    providerStatus: said,
    pages: isCount(pages) ? pages : undefined,
    error: errorOf(told),
  };
}

export function isCount(pages: unknown): pages is number {
  return typeof pages === 'number' && Number.isInteger(pages) && pages >= 0 && pages <= maxPages;
}

function errorOf(told: object): OutboundError | undefined {
  const code = textOf(told, 'errorCode');
  const message = textOf(told, 'error');
  if (code === '' && message === '') return undefined;
  return { code: code || 'provider.failed', message: message || 'the provider says no more' };
}
