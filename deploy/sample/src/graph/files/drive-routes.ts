import type { GraphEntity } from '../changes/change-feed.ts';
import { noSuchDriveItem, noSuchResource } from '../requests/graph-error.ts';
import {
  changesOf,
  isDelta,
  itemOf,
  listOf,
  oneOf,
  onlyGet,
  type GraphCall,
  type GraphReply,
} from '../requests/graph-call.ts';

const whole = (entity: GraphEntity): Record<string, unknown> => ({ ...entity });

/** The delta feed leaves out `parentReference.path`: a folder that is renamed does not bring its descendants. */
const withoutPath = (entity: GraphEntity): Record<string, unknown> => {
  const parent = entity['parentReference'];
  if (typeof parent !== 'object' || parent === null) return { ...entity };
  const kept = Object.entries(parent).filter(([name]) => name !== 'path');
  return { ...entity, parentReference: Object.fromEntries(kept) };
};

/** `/me/drive…`. */
export function answerDrive(call: GraphCall): GraphReply {
  const { mailbox, segments } = call;
  const [, part, ...rest] = segments;
  const top = mailbox.files.all().find((item) => item['root'] !== undefined);
  if (top === undefined) throw noSuchDriveItem();
  switch (part) {
    case undefined:
      onlyGet(call);
      return { status: 200, body: driveOf(call, top) };
    case 'root':
      return inItem(call, top.id, rest);
    case 'items': {
      const [id = '', ...behind] = rest;
      if (mailbox.files.get(id) === undefined) throw noSuchDriveItem();
      return inItem(call, id, behind);
    }
    default:
      throw noSuchResource(part);
  }
}

function inItem(call: GraphCall, id: string, [part, ...more]: readonly string[]): GraphReply {
  const { mailbox } = call;
  const isRoot = mailbox.files.get(id)?.['root'] !== undefined;
  if (more.length > 0) throw noSuchResource(more[0] ?? '');
  if (part === undefined)
    return isRoot ? rootItself(call, id) : itemOf(call, mailbox.files, id, whole);
  if (isDelta(part) && isRoot)
    return changesOf(call, mailbox.files, { kind: 'drive', show: withoutPath });
  if (part !== 'children') throw noSuchResource(part);
  const children = mailbox.files.all().filter((item) => parentOf(item) === id);
  return listOf(call, children, whole);
}

function rootItself(call: GraphCall, id: string): GraphReply {
  onlyGet(call);
  const item = call.mailbox.files.get(id);
  if (item === undefined) throw noSuchDriveItem();
  return oneOf(call, item, whole);
}

function parentOf(item: GraphEntity): unknown {
  const parent = item['parentReference'];
  return typeof parent === 'object' && parent !== null && 'id' in parent ? parent.id : undefined;
}

function driveOf({ mailbox }: GraphCall, top: GraphEntity): object {
  const parent = top['parentReference'];
  const id =
    typeof parent === 'object' && parent !== null && 'driveId' in parent ? parent.driveId : '';
  return {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#drives/$entity',
    id,
    driveType: 'business',
    name: 'OneDrive',
    owner: { user: { id: mailbox.owner.id, displayName: mailbox.owner['displayName'] } },
    quota: { state: 'normal', total: 1_099_511_627_776, used: 0 },
  };
}
