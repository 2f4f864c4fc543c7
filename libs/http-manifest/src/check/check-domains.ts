import { GrantSyntaxError, parseGrant, type Grant } from '@made-open/manifest';
import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { pointerTo } from './pointer.ts';

/** Hosts of internal networks, addresses, and wildcards that would cover strangers are refused. */
export function domainFaults({ allowed_domains: domains }: HttpManifest): HttpManifestFault[] {
  return domains.flatMap((domain, index) => {
    try {
      parseGrant(`network:outbound:${domain}`);
      return [];
    } catch (error) {
      if (!(error instanceof GrantSyntaxError)) throw error;
      const message = error.message.replace(/^permission "[^"]*": /u, '');
      return [{ pointer: pointerTo('/allowed_domains', index), message }];
    }
  });
}

/** The hosts of a manifest as what a plugin may reach; what is not valid allows nothing. */
export function domainGrants({ allowed_domains: domains }: HttpManifest): Grant[] {
  return domains.flatMap((domain) => {
    try {
      return [parseGrant(`network:outbound:${domain}`)];
    } catch {
      return [];
    }
  });
}
