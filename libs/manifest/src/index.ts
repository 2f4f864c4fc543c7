export {
  allowsInbound,
  allowsItem,
  allowsOutbound,
  allowsPublish,
  allowsRead,
  allowsSubscribe,
  outboundGrants,
  permissionDifference,
  type Origin,
} from './grants/allows.ts';
export { apiVersionFault, apiVersionOf, apiVersions } from './versions/api-versions.ts';
export { checkpointVersions } from './versions/checkpoint-versions.ts';
export { configSchemaErrors, validateConfig } from './config-schema.ts';
export { GrantSyntaxError, ManifestError, type GrantFault } from './errors.ts';
export type { Grant } from './grants/grant-grammar.ts';
export { parseGrant, parseGrants } from './grants/grant.ts';
export { manifestSchema, requestBudgetBounds, schedulePolicyBounds } from './manifest-schema.ts';
export { webhookSchemes } from './webhook-schema.ts';
export type {
  Manifest,
  ManifestChannel,
  ManifestOAuth,
  ManifestProvider,
  ManifestRequestBudget,
  ManifestScaling,
  ManifestSchedulePolicy,
  ManifestSignature,
  ManifestSignedPart,
  ManifestWebhook,
} from './manifest-type.ts';
export { readManifest, readStoredManifest, validateManifest } from './manifest.ts';
export { nearestName } from './nearest-name.ts';
export type { OutboundHost } from './grants/outbound-host.ts';
export { saysSecret, secretValues, type SecretValue } from './secret-values.ts';
export { isItemType, isTable, itemTables, tables, type ItemType, type Table } from './tables.ts';
