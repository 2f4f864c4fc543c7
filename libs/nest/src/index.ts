export { AdmitKey, type KeyRequest } from './api-keys/admit-key.ts';
export {
  hashOfKey,
  isSameHash,
  keyHashPattern,
  keyIdPattern,
  presentedKey,
  type PresentedKey,
} from './api-keys/api-key.ts';
export { clientAddress } from './api-keys/client-address.ts';
export { readKeySettings, type KeySettings } from './api-keys/read-key-settings.ts';
export type { Rate } from './api-keys/request-rate.ts';
export { Environment, readEnvironment } from './environment.ts';
export {
  ConfigError,
  MissingHandlerError,
  TooManyRequestsError,
  UnauthenticatedError,
} from './errors.ts';
export {
  OnCall,
  OnCommand,
  OnEvent,
  OnEvents,
  type HandlerContract,
  type MessageContext,
} from './handlers.ts';
export { JetStreamClient, type JetStreamPattern } from './jetstream-client.ts';
export { JetStreamServer, type JetStreamServerOptions } from './jetstream-server.ts';
export { createLogger, Logger, type LogFields } from './logger.ts';
export { Metrics } from './metrics.ts';
export { serveOpenApi, type OpenApiOptions } from './open-api.ts';
export { PlatformModule } from './platform.module.ts';
export { DATABASE, PLATFORM, type Platform } from './platform.ts';
export { ProblemFilter, problemOf, type Problem } from './problem.filter.ts';
export { Public, publicRoute } from './public.ts';
export { Readiness, type ReadinessCheck } from './readiness.ts';
export { Secret } from './secret.ts';
export { startService, type RunningService, type ServiceOptions } from './service.ts';
export { inSpan } from './telemetry.ts';
