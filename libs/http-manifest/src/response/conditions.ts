import type { Condition, ResponseMap } from '../http-manifest.ts';
import { openedForm } from './extract.ts';
import { parsePath, valuesAt } from './json-path.ts';
import type { ProviderAnswer } from './provider-answer.ts';

/** Whether it holds of a value; all of what the condition names must. */
export function holds(condition: Condition, value: unknown): boolean {
  const found = valuesAt(parsePath(condition.path), value);
  const [first] = found;
  if (condition.exists !== undefined && condition.exists !== found.length > 0) return false;
  if ('equals' in condition && !isSame(first, condition.equals)) return false;
  return condition.in === undefined || condition.in.some((each) => isSame(first, each));
}

/** As `holds`, and of a form whose field holds JSON a path may lead into that. */
export function holdsOfForm(condition: Condition, body: unknown): boolean {
  const isPlain = valuesAt(parsePath(condition.path), body).length > 0;
  return holds(condition, isPlain ? body : openedForm(body));
}

/** The status is of the list (`2xx` unless given), and every condition holds of the body. */
export function isSuccess(
  success: ResponseMap['success'],
  { status, body }: ProviderAnswer,
): boolean {
  const { status: statuses = ['2xx'], when = [] } = success ?? {};
  return isOfStatuses(status, statuses) && when.every((condition) => holds(condition, body));
}

/** `202`, `2xx`, `500-599`. */
export function isOfStatuses(status: number, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (/^[1-5]xx$/iu.test(pattern)) return Math.floor(status / 100) === Number(pattern.charAt(0));
    const [from = '', to = from] = pattern.split('-');
    return status >= Number(from) && status <= Number(to);
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (one !== undefined && JSON.stringify(one) === JSON.stringify(other));
}
