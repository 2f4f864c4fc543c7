/** A sync was asked for that cannot begin. */
export class SyncRefusedError extends Error {
  override readonly name = 'SyncRefusedError';
  readonly code = 'scheduler.connection_inactive.conflict';
  readonly retry = 'never';

  constructor(connectionId: string) {
    super(
      `connection ${connectionId} is not active; complete its config, activate its plugin, or resume it`,
    );
  }
}
