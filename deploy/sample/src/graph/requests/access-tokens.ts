import { randomBytes } from 'node:crypto';
import { GraphError } from './graph-error.ts';

interface Grant {
  readonly scopes: ReadonlySet<string>;
  readonly expiresAt: number;
}

export interface TokenOptions {
  /** Made when left out. */
  readonly token?: string;
  readonly scopes?: readonly string[];
  readonly lifetimeMs?: number;
}

/** What a connector of contacts, calendar, mail and files asks for. */
export const usualScopes = [
  'User.Read',
  'Contacts.ReadWrite',
  'Calendars.ReadWrite',
  'Mail.ReadWrite',
  'Files.ReadWrite',
] as const;

const hourMs = 3_600_000;

/** Access tokens of one account: each has scopes and an end. */
export class AccessTokens {
  readonly #grants = new Map<string, Grant>();

  issue({ token, scopes = usualScopes, lifetimeMs = hourMs }: TokenOptions = {}): string {
    const made = token ?? `EwB${randomBytes(48).toString('base64url')}`;
    this.#grants.set(made, { scopes: new Set(scopes), expiresAt: Date.now() + lifetimeMs });
    return made;
  }

  /** Ends every token, as a password change does. */
  expireAll(): void {
    for (const [token, grant] of this.#grants) this.#grants.set(token, { ...grant, expiresAt: 0 });
  }

  /** The scopes of the token in the header `Authorization`. */
  check(authorization: string | undefined): ReadonlySet<string> {
    const token = /^Bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated('Access token is empty.');
    const grant = this.#grants.get(token);
    if (grant === undefined)
      throw unauthenticated('IDX14100: JWT is not well formed, there are no dots (.).');
    if (grant.expiresAt <= Date.now())
      throw unauthenticated('Lifetime validation failed, the token is expired.');
    return grant.scopes;
  }
}

/** `Contacts.Read` is also given by `Contacts.ReadWrite`. */
export function hasScope(scopes: ReadonlySet<string>, wanted: string): boolean {
  if (scopes.has(wanted)) return true;
  const [resource] = wanted.split('.');
  return [...scopes].some(
    (scope) => scope === `${resource ?? ''}.ReadWrite` || scope === `${wanted}.All`,
  );
}

function unauthenticated(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, {
    headers: {
      'WWW-Authenticate':
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
    },
  });
}
