import { pointerTo } from '../check/pointer.ts';
import type { LegacyOptions } from './convert-legacy.ts';
import type { Findings } from './report.ts';
import { isFields, textOf, type Fields } from './values.ts';

export interface LegacyDomains {
  /** Those that it says, that were confirmed, or else that its URLs name. */
  readonly allowed: readonly string[];
  readonly proposed: readonly string[];
  readonly needsApproval: boolean;
}

/** Without a list Faxbot lets requests go anywhere; here somebody has to say where they may. */
export function legacyDomains(
  fields: Fields,
  { allowedDomains }: LegacyOptions,
  findings: Findings,
): LegacyDomains {
  const proposed = hostsOf(fields['actions']);
  if (allowedDomains !== undefined)
    return { allowed: allowedDomains, proposed, needsApproval: false };
  const given = fields['allowed_domains'] ?? [];
  if (!Array.isArray(given) || !given.every((domain) => typeof domain === 'string')) {
    findings.error('/allowed_domains', 'must be a list of hosts');
    return { allowed: [], proposed, needsApproval: false };
  }
  const domains = given.map((domain: string, index) => {
    const lower = domain.trim().toLowerCase();
    if (lower !== domain)
      findings.warn(pointerTo('/allowed_domains', index), `is "${lower.slice(0, 100)}" here`);
    return lower;
  });
  if (domains.length > 0)
    return { allowed: [...new Set(domains)], proposed: [], needsApproval: false };
  findings.warn(
    '/allowed_domains',
    'says no hosts, which Faxbot takes for all: confirm the list of proposed_domains, or another one',
  );
  return { allowed: proposed, proposed, needsApproval: true };
}

function hostsOf(actions: unknown): string[] {
  if (!isFields(actions)) return [];
  const hosts = Object.values(actions).flatMap((action) => {
    const url = isFields(action) ? textOf(action['url']) : undefined;
    const host = /^https?:\/\/([a-z0-9.-]+(?::[0-9]+)?)(?:[/?#]|$)/iu.exec(url ?? '')?.[1];
    return host === undefined ? [] : [host.toLowerCase()];
  });
  return [...new Set(hosts)].toSorted();
}
