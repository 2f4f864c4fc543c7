import { fitsAnyEvent } from '@made-open/contracts';
import type { Client } from '../api-keys/api-key.ts';
import type { EntityKind } from '../entities/entity-kind.ts';
import { kinds } from '../parameters/kinds.ts';
import { ForbiddenError } from '../errors.ts';
import { connection, type Parameter } from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';
import type { LoggedEvent } from './event-log.ts';
import type { LogName } from './stream-position.ts';

const token = String.raw`(?:[A-Za-z\d_-]{1,100}|\*)`;
const pattern = new RegExp(`^(?:>|${token}(?:\\.${token}){0,9}(?:\\.>)?)$`, 'u');
const maxPatterns = 20;

const subjects: Parameter<readonly string[]> = {
  name: 'subjects',
  description:
    'Only events whose name fits one of these patterns, separated by commas: `*` stands for one part of a name, `>` at the end for all that follow. Those of `communication.*` come only to keys with `messages:read`, too.',
  schema: { type: 'string' },
  example: 'communication.*,data.MessageCreated',
  fallback: [],
  read: (text) => {
    const patterns = text.split(',');
    const isRight =
      patterns.length <= maxPatterns &&
      patterns.every((each) => pattern.test(each) && fitsAnyEvent(each));
    return isRight ? patterns : undefined;
  },
  rule: `must be at most ${String(maxPatterns)} names of events of the catalogue, with * or > for parts of them, separated by commas`,
};

export const streamParameters = { types: kinds, connection, subjects } as const;

/** What a client hears. */
export interface StreamFilter {
  readonly spaceId: string;
  /** What is written and to whom is for those who may see what was sent. */
  readonly readsMessages: boolean;
  readonly connectionId: string;
  readonly types: readonly EntityKind[];
  readonly subjects: readonly string[];
}

export function readStreamFilter({ spaceId, scopes }: Client, query: object): StreamFilter {
  const reader = new QueryReader(query);
  const filter = {
    spaceId,
    readsMessages: scopes.includes('messages:read'),
    types: reader.read(streamParameters.types),
    connectionId: reader.read(streamParameters.connection),
    subjects: reader.read(streamParameters.subjects),
  };
  reader.check();
  if (!filter.readsMessages && filter.subjects.some((each) => each.startsWith('communication.')))
    throw new ForbiddenError('messages:read');
  return filter;
}

export function isWanted(event: LoggedEvent, filter: StreamFilter): boolean {
  const { spaceId, connectionId, types, subjects: patterns } = filter;
  if (event.spaceId !== spaceId || event.type === '') return false;
  if (!filter.readsMessages && event.type.startsWith('communication.')) return false;
  if (connectionId !== '' && event.connectionId !== connectionId) return false;
  if (patterns.length > 0 && !patterns.some((each) => fits(event.type, each))) return false;
  return types.length === 0 || types.some(({ name }) => isAbout(event.type, name));
}

/** Whether a stream may hold anything that is wanted. */
export function mayHold(name: LogName, filter: StreamFilter): boolean {
  const { types, subjects: patterns, readsMessages } = filter;
  if (name === 'COMMUNICATION' && !readsMessages) return false;
  if (types.length > 0 && name !== 'DATA') return false;
  const root = name.toLowerCase();
  return (
    patterns.length === 0 ||
    patterns.some((each) => ['*', '>', root].includes(each.split('.')[0] ?? ''))
  );
}

/** As NATS compares subjects. */
function fits(subject: string, wanted: string): boolean {
  const tokens = subject.split('.');
  const parts = wanted.split('.');
  const isOpen = parts.at(-1) === '>';
  const fixed = isOpen ? parts.slice(0, -1) : parts;
  if (isOpen ? tokens.length <= fixed.length : tokens.length !== fixed.length) return false;
  return fixed.every((part, index) => part === '*' || part === tokens[index]);
}

/** `data.PersonCreated` is about a Person, `data.PersonsLinked` is not. */
function isAbout(type: string, name: string): boolean {
  return type.startsWith(`data.${name}`) && /^[A-Z]/u.test(type.slice(`data.${name}`.length));
}
