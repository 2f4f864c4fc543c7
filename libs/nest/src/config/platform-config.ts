import type { Environment } from './environment.ts';
import type { Secret } from './secret.ts';

export interface DatabaseConfig {
  readonly url: string;
  readonly password: Secret;
}

/** What every service reads from its environment. */
export interface PlatformConfig {
  readonly host: string;
  /** Of the API, in services that have one; 0 takes a free one. */
  readonly port: number;
  /** Of probes and metrics; 0 takes a free one. */
  readonly healthPort: number;
  readonly nats: {
    readonly url: string;
    /** Of the authority to trust; TLS is a must then. */
    readonly caFile: string | undefined;
    readonly credentials: Secret;
  };
  readonly database: DatabaseConfig | undefined;
  readonly logLevel: string;
  readonly otlpEndpoint: string | undefined;
  /** End when the standard input closes: the process that started this one is gone. */
  readonly exitOnStdinEnd: boolean;
  /** What is in hand when the service is told to end gets this long; then the process ends anyway. */
  readonly stopWithinMs: number;
  /** How long of that the API goes on answering, and tells its clients to come by another connection. */
  readonly stopNoticeMs: number;
}

/** Below the 30 s that Kubernetes and the local platform give before SIGKILL. */
const defaultStopWithinMs = 25_000;

const maxStopNoticeMs = 60_000;

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Reads the part of the environment that all services share. */
export function readPlatformConfig(environment: Environment, hasDatabase: boolean): PlatformConfig {
  const logLevel = environment.text('LOG_LEVEL', 'info');
  if (!levels.includes(logLevel))
    environment.fault(`LOG_LEVEL must be one of ${levels.join(', ')}, not "${logLevel}"`);
  return {
    host: environment.text('HOST', '127.0.0.1'),
    port: environment.integer('PORT', 0, { max: 65_535 }),
    healthPort: environment.integer('HEALTH_PORT', 0, { max: 65_535 }),
    nats: {
      url: environment.text('NATS_URL'),
      caFile: environment.readableFile('NATS_CA_FILE'),
      credentials: environment.secretFile('NATS_CREDENTIALS_FILE'),
    },
    database: hasDatabase ? readDatabaseConfig(environment) : undefined,
    logLevel,
    otlpEndpoint: environment.optional('OTEL_EXPORTER_OTLP_ENDPOINT'),
    exitOnStdinEnd: environment.flag('EXIT_ON_STDIN_END'),
    stopWithinMs: environment.integer('STOP_WITHIN_MS', defaultStopWithinMs, { min: 1 }),
    stopNoticeMs: environment.integer('STOP_NOTICE_MS', 0, { max: maxStopNoticeMs }),
  };
}

export function readDatabaseConfig(environment: Environment): DatabaseConfig {
  return {
    url: environment.text('DATABASE_URL'),
    password: environment.secretFile('DATABASE_PASSWORD_FILE'),
  };
}
