/** A service of the local platform did not become ready, however often it was started. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly code = 'local.service_start';
  readonly retry = 'never';

  constructor(service: string, logFile: string, lastLines: readonly string[]) {
    super(
      `${service} did not start; its log is ${logFile} and ends with:\n${lastLines.join('\n')}`,
    );
  }
}
