export { FaxPlugin, type FaxAnswer, type FaxOptions } from './fax-plugin.ts';
export { HttpError } from './http-error.ts';
export { paginate } from './paginate.ts';
export type { PluginManifest } from './plugin-manifest.ts';
export { requireConfig } from './require-config.ts';
export { scaffoldPlugin, type ScaffoldOptions } from './scaffold-plugin.ts';
export type {
  CallResult,
  ChannelPlugin,
  ConnectorDataItem,
  ConnectorPlugin,
  FaxChannel,
  FaxResult,
  FaxStatus,
  OperatorPlugin,
  OutboundAttachment,
  OutboundCall,
  OutboundFax,
  OutboundMessage,
  RuleOperator,
  SendResult,
  SubscriptionRequest,
  WebhookSubscription,
} from './plugin-interfaces.ts';
export type {
  DataQuery,
  EntityPage,
  FileDescription,
  FileHandle,
  FileToSave,
  HostContext,
  HostData,
  HostHttp,
  HttpRequest,
  HttpResponse,
  MultipartPart,
  PluginCheckpoint,
  PluginContext,
  PluginCrypto,
  PluginData,
  PluginFiles,
  PluginHttp,
  PluginLogger,
  PluginSignal,
  WebhookDelivery,
} from './types.ts';
export { validateManifest } from './validate-manifest.ts';
export { withRetry } from './with-retry.ts';
