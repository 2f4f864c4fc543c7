export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code = 'setup.failed';
  readonly retry = 'never';
}
