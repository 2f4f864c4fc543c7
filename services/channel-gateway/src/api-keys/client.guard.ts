import { clientAddress, publicRoute } from '@made-open/nest';
import {
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { BlockList } from 'node:net';
import type { AdmitClient } from './admit-client.ts';
import type { Client, ClientScope } from './api-key.ts';

/** Metadata key of a route's scope. */
export const scopeKey = 'made-open:scope';

/** The scope that a route asks for; a route without one is answered to nobody. */
export function RequireScope(scope: ClientScope): CustomDecorator {
  return SetMetadata(scopeKey, scope);
}

/** A request that the guard has let in. */
export interface ClientRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
  client: Client;
}

/** Denies by default: only a route that says so is open without a key. */
export class ClientGuard implements CanActivate {
  readonly #door: AdmitClient;
  readonly #proxies: BlockList;
  readonly #reflector = new Reflector();

  constructor(door: AdmitClient, proxies: BlockList) {
    this.#door = door;
    this.#proxies = proxies;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Messages come over NATS, which knows who may send what.
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    const isPublic = this.#reflector.getAllAndOverride<boolean | undefined>(publicRoute, targets);
    if (isPublic === true) return true;
    const request = context.switchToHttp().getRequest<ClientRequest>();
    const { authorization, 'x-forwarded-for': forwardedFor } = request.headers;
    request.client = await this.#door.admit({
      authorization,
      address: clientAddress(this.#proxies, request.socket.remoteAddress ?? '', forwardedFor),
      scope: this.#reflector.getAllAndOverride<ClientScope | undefined>(scopeKey, targets),
    });
    return true;
  }
}
