export { validateManifest } from '@made-open/manifest';
export { HttpError } from './http-error.ts';
export { paginate, requireConfig, withRetry } from './helpers.ts';
export { scaffoldPlugin, type ScaffoldOptions } from './scaffold-plugin.ts';
export type {
  CallResult,
  ChannelPlugin,
  ConnectorDataItem,
  ConnectorPlugin,
  DataQuery,
  HostContext,
  HostHttp,
  HttpRequest,
  HttpResponse,
  OutboundCall,
  OutboundMessage,
  PluginCheckpoint,
  PluginContext,
  PluginData,
  PluginHttp,
  PluginLogger,
} from './types.ts';
