import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what is built or fetched for this project outlives a working copy. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_CACHE_HOME: given } = environment;
  const base = given === undefined || given === '' ? join(homedir(), '.cache') : given;
  return join(base, 'made-open');
}
