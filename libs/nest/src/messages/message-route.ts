import {
  callOf,
  callStream,
  routeOf,
  subjectPattern,
  type ConsumerDefinition,
  type SubjectParameters,
} from '@made-open/contracts';
import type { ConsumeOptions } from '@made-open/bus';
import type { DescMessage } from '@bufbuild/protobuf';
import type { MessageHandler } from '@nestjs/microservices';
import { MissingHandlerError, UnknownHandlerError } from '../errors.ts';
import type { HandlerContract } from './handlers.ts';

/** A handler with what is needed to find it by a subject and to read its messages. */
export interface MessageRoute {
  readonly pattern: string;
  readonly handler: MessageHandler;
  readonly contract: HandlerContract;
  readonly matches: RegExp;
  /** Names of the tokens that `matches` captures. */
  readonly names: readonly string[];
}

/** The route of a handler that one of our decorators registered. */
export function messageRoute(pattern: string, handler: MessageHandler): MessageRoute {
  const contract: unknown = handler.extras?.['contract'];
  if (!isContract(contract)) throw new UnknownHandlerError(pattern);
  const subject =
    contract.kind === 'call'
      ? callOf(contract.method).subject
      : routeOf(schemaOf(pattern, contract.schemas)).subject;
  const expression = pattern
    .replaceAll('.', String.raw`\.`)
    .replaceAll('*', '([^.]+)')
    .replace(/>$/u, '(.+)');
  return {
    pattern,
    handler,
    contract,
    matches: new RegExp(`^${expression}$`, 'u'),
    names: [...subject.matchAll(/\{([a-z]+)\}/gu)].map((match) => match[1] ?? ''),
  };
}

/** The message type of a pattern, of those that a handler takes. */
export function schemaOf(pattern: string, schemas: readonly DescMessage[]): DescMessage {
  const schema = schemas.find(
    (candidate) => subjectPattern(routeOf(candidate).subject) === pattern,
  );
  if (schema === undefined) throw new UnknownHandlerError(pattern);
  return schema;
}

/** The tokens of a subject, in their order and by name. */
export function parametersOf(
  { matches, names }: MessageRoute,
  subject: string,
): readonly string[] & SubjectParameters {
  const tokens = (matches.exec(subject) ?? []).slice(1);
  const named = Object.fromEntries(names.map((name, index) => [name, tokens[index] ?? '']));
  return Object.assign(tokens, named);
}

/**
 * How a consumer is pulled, or undefined when the service handles nothing of it.
 * A consumer that is handled in part would fill the dead letters, so that is a fault of the service.
 */
export function pullOptions(
  consumer: ConsumerDefinition,
  routes: readonly MessageRoute[],
): ConsumeOptions | undefined {
  const own = routes.filter((route) => belongs(consumer, route));
  if (own.length === 0) return undefined;
  const concurrency = concurrentCalls[consumer.stream];
  if (concurrency !== undefined) return { concurrency };
  const missing = consumer.filterSubjects.filter(
    (subject) => !own.some((route) => meet(route.pattern, subject)),
  );
  if (missing.length > 0) throw new MissingHandlerError(consumer.name, missing);
  return Object.assign({}, ...own.map(({ contract }) => optionsOf(contract)));
}

/**
 * Of each stream that holds requests. A part of a file keeps a connection to the database while the store takes it; what is to be
 * verified may be anybody's, and leaves the service room for all others.
 */
const concurrentCalls: Readonly<Record<string, number>> = {
  REQUESTS: 32,
  UPLOADS: 4,
  VERIFICATIONS: 8,
};

function belongs(consumer: ConsumerDefinition, { contract, pattern }: MessageRoute): boolean {
  if (contract.kind === 'call') return callStream(contract.method) === consumer.stream;
  if (concurrentCalls[consumer.stream] !== undefined) return false;
  return consumer.filterSubjects.some((subject) => meet(pattern, subject));
}

/** Whether some subject fits both: a runner's consumer has its plugin where the contract has a wildcard. */
function meet(pattern: string, filter: string): boolean {
  const tokens = filter.split('.');
  const others = pattern.split('.');
  return (
    tokens.length === others.length &&
    tokens.every((token, index) => token === '*' || [token, '*'].includes(others[index] ?? ''))
  );
}

function optionsOf(contract: HandlerContract): ConsumeOptions {
  return contract.kind === 'call' ? {} : contract.options;
}

function isContract(value: unknown): value is HandlerContract {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
