import type { Environment } from './environment.ts';

/** Sets of rules that a whole platform keeps. */
export const profileNames = ['standard', 'hipaa'] as const;
export type ProfileName = (typeof profileNames)[number];

/** `PLATFORM_PROFILE`: which rules hold; `standard` where nobody says. */
export function readProfile(environment: Environment): ProfileName {
  const text = environment.text('PLATFORM_PROFILE', 'standard');
  const name = profileNames.find((known) => known === text);
  if (name === undefined)
    environment.fault(`PLATFORM_PROFILE must be ${profileNames.join(' or ')}, not "${text}"`);
  // Whoever wrote something wanted more than what holds anyway.
  return name ?? 'hipaa';
}

/** What is kept in place of a text that a provider or its plugin wrote: the status of HTTP alone, which names nobody. */
export function withoutProviderText(text: string): string {
  if (text === '') return '';
  const status = /\bHTTP \d{3}\b/u.exec(text)?.[0];
  const said =
    status === undefined ? 'what the provider said' : `${status}; what the provider said`;
  return `${said} is not kept under PLATFORM_PROFILE=hipaa`;
}
