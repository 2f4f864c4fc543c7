import { GrantSyntaxError } from '../errors.ts';
import { parseOutboundHost, type OutboundHost, type PublicSuffixTest } from './outbound-host.ts';
import { isTable, tables, type Table } from '../tables.ts';

/** One parsed permission. */
export type Grant =
  | { readonly kind: 'outbound'; readonly text: string; readonly target: OutboundHost }
  | { readonly kind: 'inbound'; readonly text: string }
  | { readonly kind: 'publish' | 'subscribe'; readonly text: string; readonly subject: string }
  | { readonly kind: 'read' | 'write'; readonly text: string; readonly table: Table };

const maxLength = 300;
const maxTokens = 8;
const roots = ['connector', 'communication', 'data', 'rules'];
const token = /^[A-Za-z0-9_-]{1,64}$/u;
const outbound = 'network:outbound:';

/** Reads one permission string; the list of public suffixes is the caller's, so that this runs anywhere. */
export function readGrant(text: unknown, isPublicSuffix: PublicSuffixTest): Grant {
  if (typeof text !== 'string')
    throw new GrantSyntaxError(text, 'NOT_STRING', 'a permission is a string');
  if (text.length > maxLength)
    throw new GrantSyntaxError(
      text,
      'TOO_LONG',
      `a permission has at most ${String(maxLength)} characters`,
    );
  if (!/^[\x21-\x7e]+$/u.test(text))
    throw new GrantSyntaxError(text, 'CHARSET', 'a permission is printable ASCII without blanks');
  if (text === 'network:inbound') return { kind: 'inbound', text };
  if (text.startsWith(outbound) && text.length > outbound.length) {
    const target = parseOutboundHost(text.slice(outbound.length), text, isPublicSuffix);
    return { kind: 'outbound', text, target };
  }
  return eventGrant(text) ?? dataGrant(text);
}

function eventGrant(text: string): Grant | undefined {
  const event = /^event:(publish|subscribe):(.+)$/u.exec(text);
  if (event === null) return undefined;
  const subject = event[2] ?? '';
  checkSubject(subject, text);
  return { kind: event[1] === 'publish' ? 'publish' : 'subscribe', text, subject };
}

function dataGrant(text: string): Grant {
  const data = /^data:(read|write):([a-z]+)$/u.exec(text);
  if (data === null)
    throw new GrantSyntaxError(
      text,
      'UNKNOWN_CAPABILITY',
      'write network:outbound:<host>, network:inbound, event:publish:<subject>, event:subscribe:<subject>, data:read:<table> or data:write:<table>',
    );
  const table = data[2] ?? '';
  if (!isTable(table))
    throw new GrantSyntaxError(text, 'UNKNOWN_TABLE', `the tables are ${tables.join(', ')}`);
  return { kind: data[1] === 'read' ? 'read' : 'write', text, table };
}

function checkSubject(subject: string, text: string): void {
  const tokens = subject.split('.');
  const isToken = (part: string, index: number): boolean =>
    token.test(part) ||
    (index > 0 && (part === '*' || (part === '>' && index === tokens.length - 1)));
  if (tokens.length < 2 || tokens.length > maxTokens || !tokens.every(isToken))
    throw new GrantSyntaxError(
      text,
      'SUBJECT_SYNTAX',
      'a subject has 2 to 8 tokens of letters, digits, _ and -; * stands for one token, > for the rest, neither for the first',
    );
  if (!roots.includes(tokens[0] ?? ''))
    throw new GrantSyntaxError(
      text,
      'SUBJECT_ROOT',
      `the first token must be one of ${roots.join(', ')}`,
    );
}
