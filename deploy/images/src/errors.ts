/** A command of this machine that failed, with what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'images.command';
  readonly retry = 'never';

  constructor(command: string, reason: string) {
    super(`${command}: ${reason.trim()}`);
  }
}
