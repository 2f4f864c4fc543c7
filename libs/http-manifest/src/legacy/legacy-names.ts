import { saysSecret } from '@made-open/manifest';
import { alternativesOf } from '../auth/alternatives-of.ts';
import { textsIn } from '../check/texts.ts';
import type { Action, Auth, Credential } from '../http-manifest.ts';
import { credentialRefs } from '../names.ts';
import type { Findings } from './report.ts';

const mention = /(?:\{\{\s*|^)settings\.([A-Za-z_][A-Za-z0-9_]*)/gu;

/** What Faxbot takes as it comes; here it is declared. */
export interface LegacyNames {
  readonly config_schema: Readonly<Record<string, unknown>>;
  readonly credentials: readonly Credential[];
}

/** Settings whose names say secret become credentials, in every text of the actions. */
export function withoutSecretSettings(actions: unknown, findings: Findings): unknown {
  const secrets = settingsOf(actions).filter(saysSecret);
  for (const name of secrets)
    findings.warn(
      '/actions',
      `settings.${name} is a secret by its name: it is the credential ${name.toLowerCase()} now, and its value belongs into the wallet`,
    );
  return secrets.reduce((value, name) => asCredential(value, name), actions);
}

/** Declares the settings and credentials that are mentioned. */
export function legacyNames(
  actions: Readonly<Record<string, Action>>,
  auth: Auth,
  findings: Findings,
): LegacyNames {
  for (const { name, pointer } of credentialRefs({ actions }))
    findings.danger(
      pointer,
      `sends creds.${name} as part of the request: whoever may change this manifest can send it to each of its hosts`,
    );
  const names = new Set(credentialRefs({ auth, actions }).map(({ name }) => name));
  const either: readonly string[] = alternativesOf(auth) ?? [];
  return {
    config_schema: {
      type: 'object',
      properties: Object.fromEntries(settingsOf(actions).map((name) => [name, {}])),
    },
    credentials: [...names]
      .toSorted()
      .map((name) => (either.includes(name) ? { name, required: false } : { name })),
  };
}

function settingsOf(actions: unknown): string[] {
  const names = textsIn(actions, '').flatMap(({ text }) =>
    [...text.matchAll(mention)].flatMap((match) => match[1] ?? []),
  );
  return [...new Set(names)].toSorted();
}

function asCredential(value: unknown, name: string): unknown {
  if (typeof value === 'string')
    return value.replaceAll(mention, (found, mentioned: string) =>
      mentioned === name ? found.replace(`settings.${name}`, `creds.${name.toLowerCase()}`) : found,
    );
  if (Array.isArray(value)) return value.map((part) => asCredential(part, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, asCredential(part, name)]),
  );
}
