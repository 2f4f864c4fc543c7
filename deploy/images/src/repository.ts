import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/u, '');

/** What is fetched or made once and kept outside of the checkout. */
export const cacheFolder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'made-open',
  'images',
);
