import type { RunError } from '@made-open/contracts';
import type { Reason } from '../connections/connection.ts';

const maxLength = 500;

/** What is kept of an error; its message is the plugin's, may be of any length, and PostgreSQL's jsonb knows no NUL. */
export function failureOf(error: Pick<RunError, 'code' | 'message'> | undefined): Reason {
  const { code, message } = error ?? { code: 'run.failed', message: '' };
  const text = message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim();
  return { code, message: text.length > maxLength ? `${text.slice(0, maxLength)}…` : text };
}
