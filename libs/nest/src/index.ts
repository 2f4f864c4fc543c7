export { Environment } from './environment.ts';
export { ConfigError } from './errors.ts';
export { OnCall, OnEvents, type HandlerContract, type MessageContext } from './handlers.ts';
export { JetStreamClient } from './jetstream-client.ts';
export { JetStreamServer } from './jetstream-server.ts';
export { createLogger, type LogFields, type Logger } from './logger.ts';
export { Metrics } from './metrics.ts';
export { serveOpenApi, type OpenApiOptions } from './open-api.ts';
export { ProblemFilter, problemOf, type Problem } from './problem.filter.ts';
export { Public, publicRoute } from './public.ts';
export { Readiness, type ReadinessCheck } from './readiness.ts';
export { Secret } from './secret.ts';
export {
  startService,
  type Platform,
  type RunningService,
  type ServiceOptions,
} from './service.ts';
export { inSpan } from './telemetry.ts';
