export {
  allowsInbound,
  allowsItem,
  allowsOutbound,
  allowsPublish,
  allowsRead,
  allowsSubscribe,
  permissionDifference,
} from './allows.ts';
export { GrantSyntaxError, ManifestError, type GrantFault } from './errors.ts';
export { parseGrant, parseGrants, type Grant } from './grant.ts';
export type { OutboundHost } from './host.ts';
export { manifestSchema } from './manifest-schema.ts';
export { readManifest, validateConfig, validateManifest, type Manifest } from './manifest.ts';
export { isItemType, isTable, itemTables, type ItemType, type Table } from './tables.ts';
