import { validateManifest as check } from '@made-open/manifest';

/** Checks a plugin.json with the rules of the platform; every error says where it is and what is wanted. */
export function validateManifest(manifest: unknown): { valid: boolean; errors: string[] } {
  return check(manifest);
}
