import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { GrantSyntaxError, ManifestError } from './errors.ts';
import { parseGrant } from './grant.ts';
import { manifestSchema } from './manifest-schema.ts';

/** plugin.json, checked. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: 'connector' | 'channel' | 'operator';
  readonly entrypoint: string;
  readonly permissions: readonly string[];
  readonly configSchema: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly author?: string;
  readonly runtime?: 'javascript' | 'python' | 'http';
  readonly apiVersion?: number;
  readonly schedule?: string;
  readonly limits?: { readonly memoryMb?: number };
}

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
const checkShape: ValidateFunction<Manifest> = ajv.compile<Manifest>(manifestSchema);

/** Checks a manifest; every error says where it is and what is wanted. */
export function validateManifest(manifest: unknown): { valid: boolean; errors: string[] } {
  const errors = manifestErrors(manifest);
  return { valid: errors.length === 0, errors };
}

/** Reads the text of a plugin.json; throws ManifestError with all its faults. */
export function readManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ManifestError([`it is not JSON: ${error instanceof Error ? error.message : ''}`]);
  }
  const errors = manifestErrors(value);
  if (errors.length > 0 || !checkShape(value)) throw new ManifestError(errors);
  return value;
}

/** Checks a config against the manifest's configSchema; faults name each field and never a value. */
export function validateConfig(
  manifest: Pick<Manifest, 'configSchema'>,
  config: unknown,
): { missing: string[]; errors: string[] } {
  const check = new Ajv2020({ allErrors: true, strict: false }).compile(manifest.configSchema);
  if (check(config)) return { missing: [], errors: [] };
  const faults = check.errors ?? [];
  return {
    missing: faults.filter(isMissing).map((fault) => String(fault.params['missingProperty'])),
    errors: faults.filter((fault) => !isMissing(fault)).map((fault) => explain('config', fault)),
  };
}

function isMissing(fault: ErrorObject): boolean {
  return fault.keyword === 'required' && fault.instancePath === '';
}

function manifestErrors(manifest: unknown): string[] {
  if (!checkShape(manifest)) return (checkShape.errors ?? []).map((fault) => explain('', fault));
  const errors = manifest.permissions.flatMap((permission) => grantErrors(permission));
  try {
    new Ajv2020({ strict: false }).compile(manifest.configSchema);
  } catch (error) {
    errors.push(
      `configSchema is not a JSON Schema: ${error instanceof Error ? error.message : ''}`,
    );
  }
  if (manifest.type === 'operator' && manifest.permissions.includes('network:inbound'))
    errors.push('permissions: network:inbound is for channels and connectors');
  return errors;
}

function grantErrors(permission: string): string[] {
  try {
    parseGrant(permission);
    return [];
  } catch (error) {
    if (error instanceof GrantSyntaxError) return [error.message];
    throw error;
  }
}

function explain(root: string, fault: ErrorObject): string {
  const place =
    `${root}${fault.instancePath.replaceAll('/', '.')}`.replace(/^\./u, '') || 'the object';
  if (fault.keyword === 'required')
    return `${place} lacks "${String(fault.params['missingProperty'])}"`;
  if (fault.keyword === 'additionalProperties')
    return `${place} has the unknown field "${String(fault.params['additionalProperty'])}"`;
  if (fault.keyword === 'enum')
    return `${place} must be one of ${JSON.stringify(fault.params['allowedValues'])}`;
  const hint: unknown =
    typeof fault.parentSchema === 'object' ? fault.parentSchema['description'] : undefined;
  return `${place} ${fault.message ?? 'is not valid'}${typeof hint === 'string' ? ` (${hint})` : ''}`;
}
