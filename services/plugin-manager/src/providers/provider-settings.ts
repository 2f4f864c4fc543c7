import { secretValues, validateConfig, type Manifest } from '@made-open/manifest';
import { RequestError } from '../errors.ts';
import type { Settings } from './provider.ts';

/** Shown in place of a credential that is set; sent back it leaves the credential as it is. */
export const credentialMask = '••••••••';

type Schema = Manifest['configSchema'];

/** Beginnings and forms that only secrets have, whatever the setting is called. */
const secretForm =
  /^(sk[-_](live|test|proj)|xox[abprs]-|gh[pousr]_|github_pat_|glpat-|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.eyJ|Bearer |Basic [A-Za-z0-9+/]{8})|-----BEGIN [A-Z ]*PRIVATE KEY-----/u;
const settingName = /^[A-Za-z_][\w.-]{0,63}$/u;

export function isMask(value: unknown): boolean {
  return typeof value === 'string' && /^(•{3,}|\*{3,})$/u.test(value);
}

/** Fields of a config that are credentials: marked `writeOnly`, of a name that says so, or filled by the wallet itself. */
export function credentialNames(
  { configSchema, webhooks = [] }: Pick<Manifest, 'configSchema' | 'webhooks'>,
  tokenField: string | undefined,
): string[] {
  const declared = Object.keys(propertiesOf(configSchema)).filter(
    (name) => secretValues(configSchema, { [name]: '' }).length > 0,
  );
  const ofWebhooks = webhooks.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
  return [
    ...new Set([...declared, ...ofWebhooks, ...(tokenField === undefined ? [] : [tokenField])]),
  ];
}

/** What the schema says counts where nothing is set. */
export function withDefaults(
  configSchema: Schema,
  settings: Settings,
  credentials: readonly string[],
): Settings {
  const defaults = Object.entries(propertiesOf(configSchema)).flatMap(([name, schema]) =>
    isObject(schema) && 'default' in schema && !credentials.includes(name)
      ? [[name, schema['default']]]
      : [],
  );
  return { ...Object.fromEntries(defaults), ...settings };
}

/** Settings after a change: given ones take the place of the former, null takes one away, and `{}` takes all. */
export function mergedSettings(current: Settings, given: Settings): Settings {
  const names = Object.keys(given);
  if (names.length === 0) return {};
  const merged = { ...current, ...given };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

export interface SettingsRules {
  readonly pluginId: string;
  readonly configSchema: Schema;
  readonly credentials: readonly string[];
}

/** Settings without masked credentials, which stay as they are; throws where a secret is among them. */
export function withoutMasks(given: Settings, rules: SettingsRules): Settings {
  const kept = Object.entries(given).filter(
    ([name, value]) => !(isCredential(name, value, rules) && isMask(value)),
  );
  const secret = kept.filter(([name, value]) => isCredential(name, value, rules));
  if (secret.length > 0) throw secretInSettings(secret, rules);
  const odd = kept.findIndex(([name]) => !settingName.test(name));
  if (odd >= 0)
    throw invalid(rules, [
      `/settings: the name of setting ${String(odd + 1)} is none; names are like pageSize or page_size`,
    ]);
  return Object.fromEntries(kept);
}

/** Throws what does not fit, by JSON pointers and without values. */
export function checkSettings(settings: Settings, rules: SettingsRules): void {
  const { configSchema } = rules;
  const { errors } = validateConfig({ configSchema }, settings);
  if (errors.length > 0) throw invalid(rules, errors.map(pointed));
}

function isCredential(
  name: string,
  value: unknown,
  { configSchema, credentials }: SettingsRules,
): boolean {
  if (credentials.includes(name) || hasSecretForm(value)) return true;
  return secretValues(configSchema, { [name]: value }).length > 0;
}

function hasSecretForm(value: unknown): boolean {
  if (typeof value === 'string') return secretForm.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasSecretForm);
}

function secretInSettings(
  secrets: readonly (readonly [string, unknown])[],
  { pluginId, configSchema }: SettingsRules,
): RequestError {
  const declared = propertiesOf(configSchema);
  const errors = secrets.map(([name]) =>
    Object.hasOwn(declared, name)
      ? `/settings/${name}: use the wallet`
      : '/settings: a setting that configSchema does not declare looks like a secret; use the wallet',
  );
  return new RequestError(
    'provider.secret_in_settings',
    422,
    `settings hold no secrets, for they are shown: give them to the wallet with PUT /admin/v1/plugins/${pluginId}/credentials`,
    { errors },
  );
}

function invalid({ pluginId }: SettingsRules, errors: readonly string[]): RequestError {
  const message = `the settings do not fit configSchema of ${pluginId}: ${errors[0] ?? ''}`;
  return new RequestError('provider.settings', 422, message, { errors });
}

/** `config.pages[2] must be integer` becomes `/settings/pages/2: must be integer`. */
function pointed(error: string): string {
  const [place = '', ...words] = error.split(' ');
  const pointer = place
    .replace(/^config/u, '/settings')
    .replaceAll(/\[(\d+)\]/gu, '/$1')
    .replaceAll('.', '/');
  return place.startsWith('config') ? `${pointer}: ${words.join(' ')}` : error;
}

function propertiesOf({ properties }: Schema): Readonly<Record<string, unknown>> {
  return isObject(properties) ? properties : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
