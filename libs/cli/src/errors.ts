/** What the process ends with, after sysexits.h; 1 when what was asked for was tried and failed. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 64,
  data: 65,
  notFound: 66,
  unavailable: 69,
  fault: 70,
  exists: 73,
  later: 75,
  forbidden: 77,
  settings: 78,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command; the message says what is wrong and what to do, `details` name every fault. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: string;
  readonly retry: 'never' | 'later';
  readonly exitCode: ExitCode;
  readonly details: readonly string[];

  constructor(
    code: string,
    exitCode: ExitCode,
    message: string,
    { details = [], cause }: { details?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.exitCode = exitCode;
    this.retry = exitCode === exitCodes.later ? 'later' : 'never';
    this.details = details;
  }
}

/** The command was written in a way that cannot be carried out. */
export function usageError(message: string): CliError {
  return new CliError('cli.usage', exitCodes.usage, message);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
