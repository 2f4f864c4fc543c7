/** A version that a call was accepted with may not be run any more, or never might. */
export class VersionRefusedError extends Error {
  override readonly name = 'VersionRefusedError';
  readonly code = 'runner.version_refused';
  readonly retry = 'never';

  constructor(version: string, reason: string, options?: ErrorOptions) {
    super(
      `version ${version} may not be run: ${reason.slice(0, 600)}; have an operator approve it, or send anew with the active version`,
      options,
    );
  }
}
