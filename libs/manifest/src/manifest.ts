import { Ajv2020 } from 'ajv/dist/2020.js';
import { configSchemaErrors } from './config-schema.ts';
import { ManifestError } from './errors.ts';
import { manifestErrors, type ManifestChecks } from './manifest-errors.ts';
import { manifestSchema } from './manifest-schema.ts';
import type { Manifest } from './manifest-type.ts';
import { isPublicSuffix } from './grants/public-suffix.ts';

const maxLength = 262_144;

const checks: ManifestChecks = {
  shape: new Ajv2020({
    allErrors: true,
    strict: false,
    verbose: true,
    ownProperties: true,
  }).compile(manifestSchema),
  configSchemaErrors,
  isPublicSuffix,
};

/** Checks a manifest; every error says where it is and what is wanted. */
export function validateManifest(manifest: unknown): { valid: boolean; errors: string[] } {
  const errors = manifestErrors(manifest, checks);
  return { valid: errors.length === 0, errors };
}

/** Reads the text of a plugin.json; throws ManifestError with all its faults. */
export function readManifest(text: string): Manifest {
  const value = parse(text);
  const errors = manifestErrors(value, checks);
  if (errors.length > 0 || !isManifest(value)) throw new ManifestError(errors);
  return value;
}

/** Reads a plugin.json that was found valid when it was pushed: its configSchema, which anybody wrote, is not compiled again. */
export function readStoredManifest(text: string): Manifest {
  const value = parse(text);
  if (!isManifest(value)) throw new ManifestError(['it has not the form of a manifest']);
  return value;
}

function isManifest(value: unknown): value is Manifest {
  return checks.shape(value);
}

function parse(text: string): unknown {
  if (text.length > maxLength)
    throw new ManifestError([`it has more than ${String(maxLength)} characters`]);
  try {
    return JSON.parse(text.replace(/^\ufeff/u, ''));
  } catch (error) {
    throw new ManifestError([
      `it is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    ]);
  }
}
