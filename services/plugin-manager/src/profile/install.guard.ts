import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { AuditLog } from '../audit/audit-log.ts';
import { RequestError } from '../errors.ts';
import type { AdminRequest } from '../keys/scope.guard.ts';
import type { Profile } from './profile.ts';

const installKey = 'made-open:install';

/** Of a route that brings code or manifests of plugins in: closed where the profile has installs off. */
export function Installs(): MethodDecorator {
  return SetMetadata(installKey, true);
}

/** Refuses to install where the profile says so; after the guard that knows the caller. */
export class InstallGuard implements CanActivate {
  readonly #profile: Profile;
  readonly #audit: AuditLog;
  readonly #reflector = new Reflector();

  constructor(profile: Profile, audit: AuditLog) {
    this.#profile = profile;
    this.#audit = audit;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const isInstall = this.#reflector.get<boolean | undefined>(installKey, context.getHandler());
    if (isInstall !== true || this.#profile.allowsInstalls) return true;
    const { caller, method, url } = context.switchToHttp().getRequest<AdminRequest>();
    const target = `${method} ${(url.split('?')[0] ?? '').slice(0, 200)}`;
    const denied = { who: caller.keyId, action: 'plugin.install_denied', target };
    await this.#audit.append(denied, `PLATFORM_PROFILE=${this.#profile.name}`);
    // Clients of fax servers know it by this name, which has no area.
    throw new RequestError(
      'plugin.install_disabled',
      403,
      `PLATFORM_PROFILE=${this.#profile.name} takes no plugins over the API; the operator puts them into PLUGINS_DIR`,
      { code: 'plugin_install_disabled' },
    );
  }
}
