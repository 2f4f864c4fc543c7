export { AdmitKey, type Holders, type KeyRequest } from './api-keys/admit-key.ts';
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
export { FailureLimit } from './api-keys/failure-limit.ts';
export { RequestRate, type Rate } from './api-keys/request-rate.ts';
export { Environment, readEnvironment } from './config/environment.ts';
export {
  profileNames,
  readProfile,
  withoutProviderText,
  type ProfileName,
} from './config/profile.ts';
export { readPublicKey, readPublicUrl } from './config/public-settings.ts';
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
} from './messages/handlers.ts';
export { JetStreamClient, type JetStreamPattern } from './messages/jetstream-client.ts';
export { JetStreamServer, type JetStreamServerOptions } from './messages/jetstream-server.ts';
export { createLogger, Logger, type LogFields } from './telemetry/logger.ts';
export { Metrics } from './telemetry/metrics.ts';
export {
  fieldOf,
  findField,
  firstFieldOf,
  formPayload,
  payloadJson,
  payloadOf,
  readPayload,
  type Payload,
} from './http/payload.ts';
export { readForm, type FormPart } from './http/read-form.ts';
export { serveOpenApi, type OpenApiOptions } from './http/open-api.ts';
export { outboxRelayOf } from './platform/outbox-relay.ts';
export { PlatformModule } from './platform/platform.module.ts';
export { DATABASE, PLATFORM, type Platform } from './platform/platform.ts';
export { WorkerLoop, type DueWork } from './platform/worker-loop.ts';
export { ProblemFilter, problemOf, type Problem } from './http/problem.filter.ts';
export { Public, publicRoute } from './http/public.ts';
export { Readiness, type ReadinessCheck } from './http/readiness.ts';
export { Secret } from './config/secret.ts';
export { runService } from './run-service.ts';
export { startService, type RunningService, type ServiceOptions } from './start-service.ts';
export { inSpan } from './telemetry/telemetry.ts';
