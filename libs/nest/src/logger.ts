import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

/** Fields of a log line; the message itself stays constant. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log of a service: one JSON object for each line on the standard output. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const redacted = [
  'authorization',
  'password',
  'config',
  'secret',
  'token',
  'ticket',
  'credentials',
];

/** Makes the logger of a service. */
export function createLogger(service: string, level: string): Logger {
  const log = pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redacted.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { error: pino.stdSerializers.err },
  });
  const line =
    (write: keyof Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>) =>
    (message: string, fields: LogFields = {}): void =>
      log[write](fields, message);
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
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
    this.#logger.error(String(message), { stack, context });
  }

  debug(message: unknown, context?: string): void {
    this.#logger.debug(String(message), { context });
  }
}
