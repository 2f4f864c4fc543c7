import { getPublicSuffix } from 'tldts';

/** By the public suffix list with its private part: `github.io` lets strangers in as `co.uk` does. */
export function isPublicSuffix(host: string): boolean {
  return getPublicSuffix(host, { allowPrivateDomains: true }) === host;
}
