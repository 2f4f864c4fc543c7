import { apiVersionFault } from './versions/api-versions.ts';
import { checkpointVersions } from './versions/checkpoint-versions.ts';
import { GrantSyntaxError } from './errors.ts';
import { explainFault, type SchemaFault } from './explain-fault.ts';
import { readGrant } from './grants/grant-grammar.ts';
import type { Manifest } from './manifest-type.ts';
import { oddText } from './odd-text.ts';
import type { PublicSuffixTest } from './grants/outbound-host.ts';
import { webhookErrors } from './webhooks/webhook-errors.ts';

/** A compiled JSON Schema; `errors` belongs to the last call. */
export interface ShapeCheck {
  (value: unknown): boolean;
  errors?: readonly SchemaFault[] | null;
}

/** What the rules need from outside, so that they run on the platform and inside a sandbox alike. */
export interface ManifestChecks {
  readonly shape: ShapeCheck;
  readonly configSchemaErrors: (schema: unknown) => string[];
  readonly isPublicSuffix: PublicSuffixTest;
}

const maxErrors = 50;

/** Every fault of a manifest; each says where it is and what is wanted. */
export function manifestErrors(manifest: unknown, checks: ManifestChecks): string[] {
  const odd = oddText(manifest);
  if (odd !== undefined) return [odd];
  if (!isShaped(manifest, checks.shape))
    return [
      ...(checks.shape.errors ?? []).map((fault) => explainFault('plugin.json', fault)),
      ...permissionErrors(manifest, checks),
    ].slice(0, maxErrors);
  return [
    ...manifest.permissions.flatMap((permission, index) => grantErrors(permission, index, checks)),
    ...checks.configSchemaErrors(manifest.configSchema),
    ...webhookErrors(manifest),
    ...scalingErrors(manifest),
    ...apiErrors(manifest),
    ...checkpointErrors(manifest),
  ];
}

/** Those of a manifest that has other faults as well, so that all are told at once. */
function permissionErrors(manifest: unknown, checks: ManifestChecks): string[] {
  const permissions: unknown =
    typeof manifest === 'object' && manifest !== null
      ? Reflect.get(manifest, 'permissions')
      : undefined;
  if (!Array.isArray(permissions)) return [];
  return permissions.flatMap((permission: unknown, index) =>
    typeof permission === 'string' ? grantErrors(permission, index, checks) : [],
  );
}

function isShaped(manifest: unknown, shape: ShapeCheck): manifest is Manifest {
  return shape(manifest);
}

function grantErrors(permission: string, index: number, checks: ManifestChecks): string[] {
  try {
    readGrant(permission, checks.isPublicSuffix);
    return [];
  } catch (error) {
    if (error instanceof GrantSyntaxError)
      return [`permissions[${String(index)}]: ${error.message}`];
    throw error;
  }
}

function apiErrors(manifest: Manifest): string[] {
  const fault = apiVersionFault(manifest);
  return fault === undefined ? [] : [fault];
}

function checkpointErrors(manifest: Manifest): string[] {
  const { oldest, newest } = checkpointVersions(manifest);
  if (manifest.migratesCheckpointsFrom === undefined || oldest < newest) return [];
  return ['migratesCheckpointsFrom must be less than checkpointVersion, which is 1 unless given'];
}

function scalingErrors({ scaling }: Manifest): string[] {
  const { min = 0, max = Math.max(min, 1) } = scaling ?? {};
  return min > max ? ['scaling.min must not be greater than scaling.max'] : [];
}
