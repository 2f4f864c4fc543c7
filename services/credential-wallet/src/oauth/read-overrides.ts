import { parseOverrides, type Overrides } from '@made-open/egress';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The operator's egress overrides as they are now; a refresh is rare enough to read them each time. */
export function readOverrides(path: string | undefined): Overrides {
  if (path === undefined) return new Map();
  const near = (file: string): string => readFileSync(resolve(dirname(path), file), 'utf8');
  return parseOverrides(readFileSync(path, 'utf8'), near);
}
