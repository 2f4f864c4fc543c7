import { textAt, type Answer } from '../platform/answer.ts';
import { oneLine } from '../terminal/table.ts';

/** Which connection it is, and how it stands with it. */
export function stateLine(connection: Answer): string {
  const state = textAt(connection, 'state').replaceAll('_', ' ');
  const stands = state.startsWith('needs ') ? state : `is ${state}`;
  return `connection ${textAt(connection, 'id')} (${oneLine(textAt(connection, 'name'))}) ${stands}`;
}

const working: ReadonlySet<string> = new Set([
  'connecting',
  'active',
  'degraded',
  'rate_limited',
  'failed',
]);

/** Whether it has all that it needs, however well it does. */
export function isWorking(connection: Answer): boolean {
  return working.has(textAt(connection, 'state'));
}
