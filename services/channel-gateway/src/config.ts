import type { Environment } from '@made-open/nest';

export interface GatewayConfig {
  /** The one key of a fresh platform; every client scope, in the default space. */
  readonly bootstrapKey: { readonly id: string; readonly hash: string } | undefined;
}

export function readConfig(environment: Environment): GatewayConfig {
  const hash = environment.optional('BOOTSTRAP_KEY_HASH');
  return {
    bootstrapKey:
      hash === undefined ? undefined : { id: environment.text('BOOTSTRAP_KEY_ID'), hash },
  };
}
