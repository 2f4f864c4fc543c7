/** A query parameter: how it is read, and how it is described. One place for both, so that they agree. */
export interface Parameter<T> {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the text's meaning. */
  readonly schema: object;
  readonly example: string;
  /** When it is not given. */
  readonly fallback: T;
  readonly isRequired?: true;
  /** What the text means, or undefined when it does not follow `rule`. */
  readonly read: (text: string) => T | undefined;
  /** Goes on after the parameter's name: "must be …". */
  readonly rule: string;
}

export function limitUpTo(max: number, fallback: number): Parameter<number> {
  return {
    name: 'limit',
    description: 'Size of a page.',
    schema: { type: 'integer', minimum: 1, maximum: max, default: fallback },
    example: '20',
    fallback,
    read: (text) => {
      const value = Number(text);
      return /^\d{1,4}$/u.test(text) && value >= 1 && value <= max ? value : undefined;
    },
    rule: `must be a whole number from 1 to ${String(max)}`,
  };
}

export const cursor: Parameter<string> = {
  name: 'cursor',
  description: '`next_cursor` of the page before, for the page behind it.',
  schema: { type: 'string', maxLength: 500 },
  example: '',
  fallback: '',
  read: (text) => (/^[\w.=-]{0,500}$/u.test(text) ? text : undefined),
  rule: 'must be the next_cursor of a page',
};

export const connection: Parameter<string> = {
  name: 'connection',
  description: 'Only what this connection brought: its id.',
  schema: { type: 'string', maxLength: 64 },
  example: '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e01',
  fallback: '',
  read: (text) => (/^[\w-]{1,64}$/u.test(text) ? text : undefined),
  rule: 'must be the id of a connection',
};

export const plugin: Parameter<string> = {
  name: 'plugin',
  description: 'Only what connections of this plugin brought: its id.',
  schema: { type: 'string', maxLength: 253 },
  example: 'com.example.contacts',
  fallback: '',
  read: (text) => (/^[a-z\d.-]{1,253}$/u.test(text) ? text : undefined),
  rule: 'must be the id of a plugin',
};

export const tag: Parameter<string> = {
  name: 'tag',
  description: 'Only what has this tag, which rules put on it.',
  schema: { type: 'string', maxLength: 64 },
  example: 'vip',
  fallback: '',
  read: (text) => (/^\P{Cc}{1,64}$/u.test(text) && text.isWellFormed() ? text : undefined),
  rule: 'must be a tag of at most 64 characters',
};

export const threadId: Parameter<string> = {
  name: 'thread_id',
  description: 'Only messages of this thread, as their field `thread_id` has it.',
  schema: { type: 'string', maxLength: 2000 },
  example: '',
  fallback: '',
  read: (text) => (/^[^\0]{1,2000}$/su.test(text) && text.isWellFormed() ? text : undefined),
  rule: 'must be the id of a thread, at most 2000 characters',
};

export const updatedSince: Parameter<string> = {
  name: 'updated_since',
  description: 'Only what changed at or after this time.',
  schema: { type: 'string', format: 'date-time' },
  example: '2026-01-31T08:00:00Z',
  fallback: '',
  read: readTime,
  rule: 'must be a time as RFC 3339 has it, for example 2026-01-31T08:00:00Z; write + as %2B',
};

export const query: Parameter<string> = {
  name: 'q',
  description:
    'What to look for. Every word has to occur, the last may be a beginning; accents and case do not matter. ' +
    '`"two words"` in quotes have to stand side by side. When nothing has the words, titles like them are found.',
  schema: { type: 'string', minLength: 1, maxLength: 500 },
  example: 'ada love',
  fallback: '',
  isRequired: true,
  read: (text) => (text.length <= 500 && /[\p{L}\p{N}]/u.test(text) ? text : undefined),
  rule: 'must have a letter or digit, and at most 500 characters',
};

/** Times that PostgreSQL knows, too: no year 0, no 31 February. */
function readTime(text: string): string | undefined {
  const [, date] =
    /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/iu.exec(text) ?? [];
  const day = new Date(`${date ?? ''}T00:00:00Z`);
  const time = new Date(text.toUpperCase());
  if (Number.isNaN(day.getTime()) || Number.isNaN(time.getTime())) return undefined;
  if (!day.toISOString().startsWith(date ?? '')) return undefined;
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time.toISOString() : undefined;
}
