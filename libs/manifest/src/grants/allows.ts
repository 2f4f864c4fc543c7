import type { Grant } from './grant-grammar.ts';
import type { OutboundHost } from './outbound-host.ts';
import { isItemType, itemTables } from '../tables.ts';

/** Where a request goes; the host in its plain form, lower-case ASCII. */
export interface Origin {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

const published = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){1,7}$/u;

/** Whether an event of this subject may be published; a published subject has no wildcards. */
export function allowsPublish(grants: readonly Grant[], subject: string): boolean {
  return (
    published.test(subject) &&
    grants.some((grant) => grant.kind === 'publish' && covers(grant.subject, subject))
  );
}

/** Whether events of this subject may be received. */
export function allowsSubscribe(grants: readonly Grant[], subject: string): boolean {
  return (
    published.test(subject) &&
    grants.some((grant) => grant.kind === 'subscribe' && covers(grant.subject, subject))
  );
}

/** Whether a table may be read; a right to write does not imply it. */
export function allowsRead(grants: readonly Grant[], table: string): boolean {
  return grants.some((grant) => grant.kind === 'read' && grant.table === table);
}

/** Whether items of this type may be yielded. */
export function allowsItem(grants: readonly Grant[], type: unknown): boolean {
  return (
    isItemType(type) &&
    grants.some((grant) => grant.kind === 'write' && grant.table === itemTables[type])
  );
}

/** Whether payloads from outside may be received. */
export function allowsInbound(grants: readonly Grant[]): boolean {
  return grants.some((grant) => grant.kind === 'inbound');
}

/** Whether requests may go to this origin. */
export function allowsOutbound(grants: readonly Grant[], origin: Origin): boolean {
  return grants.some((grant) => grant.kind === 'outbound' && reaches(grant.target, origin));
}

/** The hosts that grants name, for people to look at. */
export function outboundGrants(grants: readonly Grant[]): OutboundHost[] {
  return grants.flatMap((grant) => (grant.kind === 'outbound' ? [grant.target] : []));
}

/** Permissions that were asked for and not yet approved. Compared as written: a narrower string is another one. */
export function permissionDifference(
  approved: readonly string[],
  requested: readonly string[],
): string[] {
  return requested.filter((permission) => !approved.includes(permission));
}

function reaches(target: OutboundHost, origin: Origin): boolean {
  if (target.scheme !== origin.scheme || target.port !== origin.port) return false;
  if (!target.wildcard) return target.host === origin.host;
  const dot = origin.host.indexOf('.');
  return dot > 0 && origin.host.slice(dot + 1) === target.host;
}

/** NATS semantics: `*` is one token, `>` at least one. */
function covers(pattern: string, subject: string): boolean {
  const [patterns, tokens] = [pattern.split('.'), subject.split('.')];
  for (const [index, part] of patterns.entries()) {
    if (part === '>') return tokens.length > index;
    const token = tokens[index];
    if (token === undefined || (part !== '*' && part !== token)) return false;
  }
  return patterns.length === tokens.length;
}
