/** A server that the local platform needs is not on this machine and could not be brought. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError';
  readonly code = 'local.missing_server';
  readonly retry = 'never';
}

/** A server ended or stayed silent instead of becoming ready. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly code = 'local.server_start';
  readonly retry = 'never';

  constructor(server: string, output: string) {
    super(
      `${server} did not start; its last lines:\n${output.trim().split('\n').slice(-15).join('\n')}`,
    );
  }
}

/** Whether the system refused for this reason; not `instanceof`, since a test's realm has an Error of its own. */
export function isSystemError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
