import type { Environment } from '@made-open/nest';

/** Whose access tokens open the admin API. */
export interface TokenSettings {
  /** Issuer of OpenID Connect, exactly as its tokens name it. */
  readonly issuer: string;
  /** What a token's `aud` must hold. */
  readonly audience: string;
  /** The claim that holds the scopes. */
  readonly scopeClaim: string;
}

/** Reads OIDC_*; without an issuer API keys alone open the admin API. */
export function readTokenSettings(environment: Environment): TokenSettings | undefined {
  const issuer = environment.optional('OIDC_ISSUER');
  if (issuer === undefined) {
    for (const name of ['OIDC_AUDIENCE', 'OIDC_SCOPE_CLAIM'])
      if (environment.optional(name) !== undefined)
        environment.fault(`${name} is set, and OIDC_ISSUER is not: set both or none`);
    return undefined;
  }
  if (!isIssuer(issuer))
    environment.fault(
      `OIDC_ISSUER must be the https address of the issuer, without query and fragment, not "${issuer}"`,
    );
  return {
    issuer,
    audience: environment.text('OIDC_AUDIENCE'),
    scopeClaim: environment.text('OIDC_SCOPE_CLAIM', 'scope'),
  };
}

function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && !/[?#]/u.test(text);
}
