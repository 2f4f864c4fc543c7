import { AdmitKey, clientAddress, publicRoute, type KeySettings } from '@made-open/nest';
import {
  applyDecorators,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiResponse, ApiSecurity } from '@nestjs/swagger';
import type { BlockList } from 'node:net';
import type { AuditLog } from '../audit/audit-log.ts';
import { notFound, RequestError } from '../errors.ts';
import type { AdminScope } from './api-key.ts';
import { refusal } from '../problem-schema.ts';
import type { Authenticate, Caller } from './authenticate.ts';
import { subjectPrefix, type AuthenticateToken } from '../tokens/authenticate-token.ts';

/** Metadata key of a route's scope. */
export const scopeKey = 'made-open:scope';

/** The scope that a route asks for; a route without one is answered to nobody. */
export function RequireScope(scope: AdminScope): MethodDecorator {
  return applyDecorators(
    SetMetadata(scopeKey, scope),
    ApiSecurity('key', [scope]),
    ApiResponse(refusal(401, 'no key or access token, or one that is wrong, revoked or expired')),
    ApiResponse(refusal(403, `the key or access token lacks the scope ${scope}`)),
    ApiResponse(
      refusal(
        429,
        'too many requests of the key, or wrong keys from the address; wait for `Retry-After`',
      ),
    ),
  );
}

/** A request that the guard has let in. */
export interface AdminRequest {
  readonly method: string;
  readonly url: string;
  readonly ip: string;
  readonly headers: {
    readonly authorization?: string;
    readonly 'x-forwarded-for'?: string;
    readonly 'if-match'?: string;
    readonly 'content-length'?: string;
  };
  readonly params: Readonly<Record<string, string>>;
  readonly query?: unknown;
  caller: Caller;
}

/** Who holds a key, and whose an access token is where the operator named an issuer. */
export interface CallerSources {
  readonly keys: Authenticate;
  readonly tokens: AuthenticateToken | undefined;
}

/** Denies by default: lets in keys and access tokens that have the route's scope, and slows down guessing. */
export class ScopeGuard implements CanActivate {
  readonly #sources: CallerSources;
  readonly #audit: AuditLog;
  readonly #reflector = new Reflector();
  readonly #door: AdmitKey;
  readonly #proxies: BlockList;

  constructor(
    sources: CallerSources,
    audit: AuditLog,
    { rate, trustedProxies }: Pick<KeySettings, 'rate' | 'trustedProxies'>,
  ) {
    this.#sources = sources;
    this.#audit = audit;
    this.#door = new AdmitKey(rate);
    this.#proxies = trustedProxies;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.#reflector.getAllAndOverride<boolean | undefined>(publicRoute, targets) === true)
      return true;
    const scope = this.#reflector.getAllAndOverride<string | undefined>(scopeKey, targets);
    const request = context.switchToHttp().getRequest<AdminRequest>();
    request.caller = await this.#caller(request);
    if (scope === undefined || !request.caller.scopes.includes(scope))
      await this.#refuse(request, scope);
    checkParameters(request.params);
    return true;
  }

  #caller({ headers, ip }: AdminRequest): Promise<Caller> {
    const { authorization, 'x-forwarded-for': forwardedFor } = headers;
    const address = clientAddress(this.#proxies, ip, forwardedFor);
    const { keys, tokens } = this.#sources;
    return this.#door.admit<Caller>(
      { authorization, address },
      {
        key: (key) => keys.authenticate(key),
        token: tokens === undefined ? undefined : (token) => tokens.authenticate(token),
      },
    );
  }

  /** What a known caller tries beyond its scopes is worth knowing. */
  async #refuse({ caller, method, url }: AdminRequest, scope: string | undefined): Promise<never> {
    const target = `${method} ${(url.split('?')[0] ?? '').slice(0, 200)}`;
    const denied = { who: caller.keyId, action: 'request.denied', target };
    await this.#audit.append(denied, `lacks ${scope ?? 'a scope that exists'}`);
    const held = caller.keyId.startsWith(subjectPrefix) ? 'token' : 'key';
    throw new RequestError(
      `${held}.forbidden`,
      403,
      `the ${held} lacks the scope ${scope ?? 'of this route'}`,
    );
  }
}

/** No id holds a control character, and PostgreSQL would take offence. */
function checkParameters(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params))
    if (/\p{Cc}/u.test(value)) throw notFound(name, JSON.stringify(value));
}
