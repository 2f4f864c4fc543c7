import { describeError } from '@made-open/bus';
import { UnavailableError } from '../errors.ts';

/** A database that is away is no fault of this service. What it says of our data or statements is one, and so is our own refusal. */
export async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (typeof code === 'string' && /^(22|23|42)/u.test(code)) throw error;
    if (describeError(error).retry !== undefined) throw error;
    throw new UnavailableError(error);
  }
}
