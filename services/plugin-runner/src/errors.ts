import type { SandboxFailure } from './sandbox/sandbox-limits.ts';

/** The plugin failed or was ended; `failure` says why, in words for its author. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: string;
  readonly retry = 'never';
  readonly failure: SandboxFailure;

  constructor(failure: SandboxFailure) {
    super(failure.message);
    this.code = failure.code;
    this.failure = failure;
  }
}

/** The sandbox asked for something its manifest does not declare, or nobody approved. */
export class CapabilityDeniedError extends Error {
  override readonly name = 'CapabilityDeniedError';
  readonly code = 'capability.denied';
  readonly retry = 'never';

  constructor(needed: string) {
    super(
      `the plugin lacks the permission "${needed}": declare it in plugin.json and have it approved`,
    );
  }
}

/** A bundle that is not the one its digest names. */
export class BundleDigestError extends Error {
  override readonly name = 'BundleDigestError';
  readonly code = 'bundle.digest';
  readonly retry = 'later';

  constructor(expected: string, found: string) {
    super(`the bundle has the digest ${found} instead of ${expected}; it is not run`);
  }
}

/** The wallet's answer was not signed by the wallet of this deployment. */
export class WalletSignatureError extends Error {
  override readonly name = 'WalletSignatureError';
  readonly code = 'wallet.signature';
  readonly retry = 'never';

  constructor() {
    super('the config came with a signature that is not the wallet’s; it is not used');
  }
}
