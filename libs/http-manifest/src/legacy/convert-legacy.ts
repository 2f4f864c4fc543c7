import { isReservedId } from '../check/check-ids.ts';
import { pointerTo } from '../check/pointer.ts';
import { readJson } from '../check/read-json.ts';
import { faultsOf } from '../check/read-http-manifest.ts';
import type { HttpManifestFault } from '../errors.ts';
import type { Action, HttpManifest } from '../http-manifest.ts';
import { legacyAction } from './legacy-action.ts';
import { legacyAuth } from './legacy-auth.ts';
import { legacyDomains } from './legacy-domains.ts';
import { legacyNames, withoutSecretSettings } from './legacy-names.ts';
import { Findings, type LegacyReport } from './report.ts';
import { isFields, textOf, unknownFields, type Fields } from './values.ts';

const known = ['id', 'name', 'auth', 'allowed_domains', 'timeout_ms', 'actions', 'kind', 'traits'];
const also = [
  'version',
  'description',
  'author',
  'license',
  'homepage',
  'categories',
  'capabilities',
];
const actionNames = ['send_fax', 'get_status', 'cancel_fax'];
const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/u;
const maxTimeoutMs = 120_000;

export interface ConvertedManifest {
  /** As it is here; empty where there is none. */
  readonly id: string;
  readonly name: string;
  /** Version 1; undefined where it does not run. */
  readonly manifest: HttpManifest | undefined;
  readonly report: LegacyReport;
}

export interface LegacyOptions {
  /** Hosts that somebody has confirmed, instead of what the manifest says. */
  readonly allowedDomains?: readonly string[] | undefined;
}

/** The id of a manifest of Faxbot as it is here: lower-case letters, digits and `-`. */
export function legacyId(id: string): string {
  return id
    .toLowerCase()
    .replaceAll(/[\s_]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '');
}

/** Reads the text of a manifest of Faxbot; throws HttpManifestError for what is no JSON at all. */
export function readLegacy(text: string, options: LegacyOptions = {}): ConvertedManifest {
  return convertLegacy(readJson(text), options);
}

/** Makes version 1 of a manifest of Faxbot, which has no `manifest_version`. */
export function convertLegacy(value: unknown, options: LegacyOptions = {}): ConvertedManifest {
  const findings = new Findings();
  const fields = isFields(value) ? value : {};
  if (!isFields(value)) findings.error('', 'must be an object');
  const domains = legacyDomains(fields, options, findings);
  const auth = legacyAuth(fields['auth'], findings);
  const actions = actionsOf(withoutSecretSettings(fields['actions'], findings), findings);
  const about = aboutOf(fields, findings);
  const manifest = {
    manifest_version: 1,
    legacy: true,
    ...about,
    categories: ['outbound'],
    capabilities: Object.keys(actions),
    allowed_domains: domains.allowed,
    auth,
    actions,
    ...legacyNames(actions, auth, findings),
  };
  noteUnknown(fields, findings);
  const checked = faultsOf(manifest, { isLegacy: true });
  const errors = [...findings.errors, ...further(checked.faults, findings.errors)];
  const runnable = errors.length === 0 && !domains.needsApproval;
  return {
    id: about.id,
    name: about.name,
    manifest: 'manifest' in checked && errors.length === 0 ? checked.manifest : undefined,
    report: {
      errors,
      warnings: findings.warnings,
      dangers: findings.dangers,
      proposed_domains: domains.proposed,
      needs_approval: domains.needsApproval,
      runnable,
    },
  };
}

/** What was found to be wrong already is not said again, nor what follows from it. */
function further(
  faults: readonly HttpManifestFault[],
  errors: readonly HttpManifestFault[],
): HttpManifestFault[] {
  if (errors.length === 0) return faults.filter(({ pointer }) => pointer !== '/allowed_domains');
  return faults.filter(
    ({ pointer }) =>
      pointer.startsWith('/actions/') && !errors.some((error) => pointer.startsWith(error.pointer)),
  );
}

function aboutOf(
  fields: Fields,
  findings: Findings,
): Partial<HttpManifest> & Pick<HttpManifest, 'id' | 'name'> {
  const given = textOf(fields['id']) ?? '';
  const id = legacyId(given);
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u.test(id) || isReservedId(id))
    findings.error('/id', 'must be a name of 1 to 63 letters, digits and -, that is not reserved');
  else if (id !== given) findings.warn('/id', `is "${id}" here`);
  const description = textOf(fields['description']);
  const kind = fields['kind'];
  return {
    id,
    name: (textOf(fields['name']) ?? given).slice(0, 100),
    version: versionOf(fields, findings),
    ...(description === undefined ? {} : { description: description.slice(0, 2000) }),
    ...(kind === 'cloud' || kind === 'self_hosted' ? { kind } : {}),
    ...(isFields(fields['traits']) ? { traits: fields['traits'] } : {}),
    ...timeoutOf(fields, findings),
  };
}

function versionOf(fields: Fields, findings: Findings): string {
  const version = textOf(fields['version']);
  if (version !== undefined && semver.test(version)) return version;
  findings.warn(
    '/version',
    version === undefined
      ? 'there is no version: it is 1.0.0 here'
      : 'is no semantic version: it is 1.0.0 here',
  );
  return '1.0.0';
}

function timeoutOf({ timeout_ms: ms }: Fields, findings: Findings): Partial<HttpManifest> {
  if (ms === undefined) return { timeout_ms: 15_000 };
  const number = typeof ms === 'string' && /^[0-9]+$/u.test(ms) ? Number(ms) : ms;
  if (
    typeof number === 'number' &&
    Number.isInteger(number) &&
    number >= 1 &&
    number <= maxTimeoutMs
  )
    return { timeout_ms: number };
  findings.error('/timeout_ms', `must be a number from 1 to ${String(maxTimeoutMs)}`);
  return {};
}

function actionsOf(actions: unknown, findings: Findings): Record<string, Action> {
  if (!isFields(actions) || !isFields(actions['send_fax']))
    findings.error('/actions', 'must hold the action send_fax');
  if (!isFields(actions)) return {};
  for (const name of unknownFields(actions, actionNames))
    findings.warn(pointerTo('/actions', name), 'is left out: Faxbot runs no such action');
  return Object.fromEntries(
    actionNames.flatMap((name) => {
      if (actions[name] === undefined) return [];
      const action = legacyAction(actions[name], pointerTo('/actions', name), findings);
      return action === undefined ? [] : [[name, action]];
    }),
  );
}

function noteUnknown(fields: Fields, findings: Findings): void {
  for (const name of unknownFields(fields, [...known, ...also]))
    findings.warn(pointerTo('', name), 'is kept in the original, and nothing reads it');
}
