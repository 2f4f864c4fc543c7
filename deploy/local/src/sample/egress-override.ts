import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StartOptionsError } from '../errors.ts';

/** One entry of the operator's file of egress overrides. */
export interface OverrideEntry {
  readonly address: string;
  readonly port: number;
  readonly ca_file: string;
}

/**
 * Leads a host to this machine, beside what the operator put into the file. An entry with another authority is the
 * operator's own and stays; then the result is false.
 */
export function ensureOverride(path: string, host: string, entry: OverrideEntry): boolean {
  const overrides = readOverrides(path);
  const present = overrides[host];
  if (present !== undefined && !isOurs(present, entry)) return false;
  writeFileSync(`${path}.new`, `${JSON.stringify({ ...overrides, [host]: entry }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(`${path}.new`, path);
  return true;
}

/** An empty file for the operator to fill; a start without the sample needs it, too. */
export function ensureOverrides(path: string): void {
  if (!existsSync(path)) writeFileSync(path, '{}\n', { mode: 0o600 });
}

function isOurs(present: unknown, { ca_file: authority }: OverrideEntry): boolean {
  return (
    typeof present === 'object' &&
    present !== null &&
    'ca_file' in present &&
    present.ca_file === authority
  );
}

function readOverrides(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw new StartOptionsError(`${path} is not JSON; mend it or remove it`, { cause: error });
  }
  throw new StartOptionsError(`${path} must hold one JSON object; mend it or remove it`);
}
