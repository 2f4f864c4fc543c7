import { publicRoute } from '@made-open/nest';
import {
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RequestError } from '../errors.ts';
import type { AdminScope, ApiKeys } from './api-keys.ts';

/** Metadata key of a route's scope. */
export const scopeKey = 'made-open:scope';

/** The scope that a route asks for; a route without one is answered to nobody. */
export function RequireScope(scope: AdminScope): CustomDecorator {
  return SetMetadata(scopeKey, scope);
}

interface AdminRequest {
  readonly headers: { readonly authorization?: string };
  readonly ip: string;
  caller?: string;
}

const failuresPerMinute = 5;

/** Denies by default: lets in keys that have the route's scope, and slows down guessing. */
export class ScopeGuard implements CanActivate {
  readonly #keys: ApiKeys;
  readonly #reflector = new Reflector();
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(keys: ApiKeys) {
    this.#keys = keys;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.#reflector.getAllAndOverride<boolean | undefined>(publicRoute, targets) === true)
      return true;
    const scope = this.#reflector.getAllAndOverride<string | undefined>(scopeKey, targets);
    const request = context.switchToHttp().getRequest<AdminRequest>();
    this.#checkRate(request.ip);
    const key = /^Bearer (mop_\S+)$/u.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const caller = await this.#keys.authenticate(key);
    if (caller === undefined) {
      this.#noteFailure(request.ip);
      throw new RequestError(
        'key.unauthenticated',
        401,
        'send a valid API key as "Authorization: Bearer mop_…"',
      );
    }
    if (scope === undefined || !caller.scopes.includes(scope))
      throw new RequestError(
        'key.forbidden',
        403,
        `the key lacks the scope ${scope ?? 'of this route'}`,
      );
    request.caller = caller.keyId;
    return true;
  }

  #checkRate(ip: string): void {
    const failed = this.#failures.get(ip);
    if (
      failed !== undefined &&
      Date.now() - failed.since < 60_000 &&
      failed.count >= failuresPerMinute
    )
      throw new RequestError(
        'key.too_many_requests',
        429,
        'too many wrong keys from this address; wait a minute',
      );
  }

  #noteFailure(ip: string): void {
    const failed = this.#failures.get(ip);
    if (failed === undefined || Date.now() - failed.since >= 60_000)
      this.#failures.set(ip, { count: 1, since: Date.now() });
    else failed.count++;
  }
}
