import { publicRoute } from '@made-open/nest';
import {
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiError } from '../errors.ts';
import type { ApiKeyStore, Client, ClientScope } from './api-key-store.ts';

/** Metadata key of a route's scope. */
export const scopeKey = 'made-open:scope';

/** The scope that a route asks for; a route without one is answered to nobody. */
export function RequireScope(scope: ClientScope): CustomDecorator {
  return SetMetadata(scopeKey, scope);
}

/** A request that the guard has let in. */
export interface ClientRequest {
  readonly headers: { readonly authorization?: string; readonly 'if-none-match'?: string };
  readonly ip: string;
  client: Client;
}

const failuresPerMinute = 5;

/** Denies by default: lets in keys that have the route's scope, and slows down guessing. */
export class ClientGuard implements CanActivate {
  readonly #keys: ApiKeyStore;
  readonly #reflector = new Reflector();
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(keys: ApiKeyStore) {
    this.#keys = keys;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.#reflector.getAllAndOverride<boolean | undefined>(publicRoute, targets) === true)
      return true;
    const scope = this.#reflector.getAllAndOverride<string | undefined>(scopeKey, targets);
    const request = context.switchToHttp().getRequest<ClientRequest>();
    const client = await this.#authenticate(request);
    if (scope === undefined || !client.scopes.includes(scope))
      throw new ApiError(
        'key.forbidden',
        403,
        `the key lacks the scope ${scope ?? 'of this route'}`,
      );
    request.client = client;
    return true;
  }

  async #authenticate(request: ClientRequest): Promise<Client> {
    const failures = this.#recentFailures(request.ip);
    if (failures.count >= failuresPerMinute)
      throw new ApiError(
        'key.too_many_requests',
        429,
        'too many wrong keys from this address; wait a minute',
      );
    const key = /^Bearer (mop_\S+)$/u.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const client = await this.#keys.authenticate(key);
    if (client !== undefined) return client;
    failures.count++;
    this.#failures.set(request.ip, failures);
    throw new ApiError(
      'key.unauthenticated',
      401,
      'send a valid API key as "Authorization: Bearer mop_…"',
    );
  }

  #recentFailures(ip: string): { count: number; since: number } {
    const failed = this.#failures.get(ip);
    return failed !== undefined && Date.now() - failed.since < 60_000
      ? failed
      : { count: 0, since: Date.now() };
  }
}
