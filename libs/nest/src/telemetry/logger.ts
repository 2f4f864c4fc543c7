import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

/** Fields of a log line; the message itself stays constant. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log of a service: one JSON object for each line on the standard output. */
export abstract class Logger {
  abstract debug(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  abstract error(message: string, fields?: LogFields): void;
  /** The same log with fields that stand on each of its lines. */
  abstract child(fields: LogFields): Logger;
}

/** Names of fields that never show their value, at the top or within an object. */
const redacted = [
  'apiKey',
  'authorization',
  'config',
  'cookie',
  'credentials',
  'password',
  'payload',
  'secret',
  'seed',
  'ticket',
  'token',
];

class PinoLog extends Logger {
  readonly #pino: PinoLogger;

  constructor(log: PinoLogger) {
    super();
    this.#pino = log;
  }

  override debug(message: string, fields: LogFields = {}): void {
    this.#pino.debug(fields, message);
  }

  override info(message: string, fields: LogFields = {}): void {
    this.#pino.info(fields, message);
  }

  override warn(message: string, fields: LogFields = {}): void {
    this.#pino.warn(fields, message);
  }

  override error(message: string, fields: LogFields = {}): void {
    this.#pino.error(fields, message);
  }

  override child(fields: LogFields): Logger {
    return new PinoLog(this.#pino.child(fields));
  }
}

/** Makes the logger of a service. `fields` gives each line what is known only then, for example the trace. */
export function createLogger(
  service: string,
  level: string,
  {
    fields = () => ({}),
    destination,
  }: { fields?: () => object; destination?: DestinationStream } = {},
): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: fields,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { error: pino.stdSerializers.errWithCause },
  };
  return new PinoLog(destination === undefined ? pino(options) : pino(options, destination));
}

/** Nest's own lines in the same log. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, context?: string): void {
    this.#logger.debug(String(message), { context });
  }

  warn(message: unknown, context?: string): void {
    this.#logger.warn(String(message), { context });
  }

  error(message: unknown, stack?: string, context?: string): void {
    const error = message instanceof Error ? message : undefined;
    this.#logger.error(error?.message ?? String(message), { stack, context, error });
  }

  fatal(message: unknown, stack?: string, context?: string): void {
    this.error(message, stack, context);
  }

  debug(message: unknown, context?: string): void {
    this.#logger.debug(String(message), { context });
  }
}
