import { CliError, exitCodes } from '../errors.ts';

/** One object of the platform's answers. */
export type Answer = Readonly<Record<string, unknown>>;

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function answerOf(value: unknown): Answer {
  if (isAnswer(value)) return value;
  throw new CliError(
    'platform.answer',
    exitCodes.fault,
    'the platform answered with something else than this version of made-open knows; is it the admin API that --url names?',
  );
}

/** Empty when it is absent or null. */
export function textAt(answer: Answer, name: string): string {
  const value = answer[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function textsAt(answer: Answer, name: string): string[] {
  const value = answer[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

export function answersAt(answer: Answer, name: string): Answer[] {
  const value = answer[name];
  return Array.isArray(value) ? value.filter(isAnswer) : [];
}

export function answerAt(answer: Answer, name: string): Answer | undefined {
  const value = answer[name];
  return isAnswer(value) ? value : undefined;
}

export function numberAt(answer: Answer, name: string): number {
  const value = answer[name];
  return typeof value === 'number' ? value : 0;
}
