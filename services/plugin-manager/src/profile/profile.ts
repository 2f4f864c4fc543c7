import { withoutProviderText, type ProfileName } from '@made-open/nest';
import { parseGrants } from '@made-open/manifest';
import { RequestError } from '../errors.ts';
import { manifestOf, type Version } from '../plugins/plugin.ts';
import { effects, type ProfileEffect } from './effects.ts';

export interface ProfileView {
  readonly profile: ProfileName;
  readonly effects: readonly (ProfileEffect & { readonly in_effect: boolean })[];
}

/** Errors that neither a plugin nor a provider words. */
const ownCode = /^(?:wallet|capability|scheduler)\./u;

/** The rules that the operator chose by PLATFORM_PROFILE. */
export class Profile {
  readonly name: ProfileName;

  constructor(name: ProfileName) {
    this.name = name;
  }

  get #isStrict(): boolean {
    return this.name === 'hipaa';
  }

  /** Plugins come from the operator's folder alone, and from nobody who has a key. */
  get allowsInstalls(): boolean {
    return !this.#isStrict;
  }

  /** What is kept of a text that a plugin or its provider wrote. */
  kept(text: string): string {
    return this.#isStrict ? withoutProviderText(text) : text;
  }

  /** An error with what is kept of its message; what the platform itself says stays. */
  keptError<E extends { readonly code: string; readonly message: string }>(error: E): E {
    return ownCode.test(error.code) ? error : { ...error, message: this.kept(error.message) };
  }

  /** Why a version may not run, if it may not. */
  faultsOf(version: Version): string[] {
    if (!this.#isStrict) return [];
    const { permissions, webhooks = [] } = manifestOf(version);
    const unproven = webhooks.filter(({ verify }) => verify === 'none');
    return [
      ...permissions
        .filter(isUnencrypted)
        .map((permission) => `"${permission}" would be reached without TLS; only https is`),
      ...unproven.map(
        ({ name = '' }) =>
          `its webhook "${name}" has verification "none": whoever knows the address could send`,
      ),
    ];
  }

  /** Throws when a version may not be approved or activated. */
  check(version: Version): void {
    const errors = this.faultsOf(version);
    if (errors.length > 0)
      throw new RequestError(
        'profile.version',
        422,
        `version ${version.version} of ${version.pluginId} does not fit PLATFORM_PROFILE=${this.name}: ${errors.join('; ')}`,
        { errors },
      );
  }

  view(): ProfileView {
    return {
      profile: this.name,
      effects: effects.map((effect) => ({
        ...effect,
        in_effect: this.#isStrict || effect.always,
      })),
    };
  }
}

function isUnencrypted(permission: string): boolean {
  return parseGrants([permission]).some(
    (grant) => grant.kind === 'outbound' && grant.target.scheme === 'http',
  );
}
