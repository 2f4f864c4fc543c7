import { describeError } from '@made-open/bus';
import { SandboxError } from '../errors.ts';

/** Why a test failed, fit to be shown. */
export interface TestFault {
  readonly code: string;
  readonly message: string;
  /** With which the source answered; 0 when that was not the fault. */
  readonly httpStatus: number;
}

const maxText = 2000;

/** What an error says of the connection, with secrets taken out; undefined for one that is no fault of it. */
export function testFaultOf(
  error: unknown,
  redact: (text: string) => string,
): TestFault | undefined {
  const { code, message, retry } = describeError(error);
  if (retry === undefined) return undefined;
  return {
    code,
    message: redact(message).slice(0, maxText),
    httpStatus: error instanceof SandboxError ? (error.failure.status ?? 0) : 0,
  };
}
