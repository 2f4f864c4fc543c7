import type { ChangeFeed, GraphEntity } from '../changes/change-feed.ts';
import { noSuchItem, noSuchResource } from '../requests/graph-error.ts';
import {
  changesOf,
  created,
  isDelta,
  itemOf,
  listOf,
  oneOf,
  outlookShow,
  withBody,
  wrongMethod,
  type GraphCall,
  type GraphReply,
} from '../requests/graph-call.ts';
import { answerAttachments } from './attachment-routes.ts';

/** `/me/messages…` and `/me/mailFolders…`. */
export function answerMail(call: GraphCall): GraphReply {
  const [first, ...rest] = call.segments;
  return first?.toLowerCase() === 'messages' ? messages(call, rest) : folders(call, rest);
}

function messages(call: GraphCall, [id, action, ...more]: readonly string[]): GraphReply {
  const { mailbox } = call;
  const show = shower(call);
  if (id === undefined)
    return listOf(
      call,
      mailbox.messageFeeds.flatMap((feed) => feed.all()),
      show,
    );
  if (action === 'move') return moved(call, id);
  const feed = mailbox.messageFeeds.find((candidate) => candidate.get(id) !== undefined);
  if (feed === undefined) throw noSuchItem();
  if (action === 'attachments') return answerAttachments(call, id, more);
  if (action !== undefined) throw noSuchResource(action);
  return itemOf(call, feed, id, show);
}

function moved(call: GraphCall, id: string): GraphReply {
  if (call.method !== 'POST') throw wrongMethod();
  const message = call.mailbox.moveMessage(id, String(call.body['destinationId']));
  return { ...oneOf(call, message, shower(call)), status: 201 };
}

function folders(call: GraphCall, [id, collection, ...behind]: readonly string[]): GraphReply {
  const { mailbox } = call;
  const show = folderShower(call);
  if (id === undefined) {
    const top = mailbox.mailFolders
      .all()
      .filter((folder) => mailbox.mailFolders.get(String(folder['parentFolderId'])) === undefined);
    return listOf(call, top, show);
  }
  if (isDelta(id)) return changesOf(call, mailbox.mailFolders, { kind: 'outlook', show });
  const folder = mailbox.mailFolder(id);
  if (folder === undefined) throw noSuchItem();
  switch (collection?.toLowerCase()) {
    case undefined:
      return folderItself(call, folder);
    case 'childfolders':
      return listOf(
        call,
        mailbox.mailFolders.all().filter((child) => child['parentFolderId'] === folder.id),
        show,
      );
    case 'messages':
      return inFolder(call, folder, behind);
    default:
      throw noSuchResource(collection ?? '');
  }
}

function folderItself(call: GraphCall, folder: GraphEntity): GraphReply {
  if (call.method === 'GET') return oneOf(call, folder, folderShower(call));
  if (call.method !== 'DELETE') throw wrongMethod();
  call.mailbox.removeMailFolder(folder.id);
  return { status: 204 };
}

function inFolder(
  call: GraphCall,
  folder: GraphEntity,
  [id, ...more]: readonly string[],
): GraphReply {
  const feed = call.mailbox.messagesOf(folder.id);
  const show = shower(call);
  if (more.length > 0) throw noSuchResource(more[0] ?? '');
  if (isDelta(id)) return changesOf(call, feed, { kind: 'outlook', show });
  if (id !== undefined) return itemOf(call, feed, id, show);
  if (call.method !== 'POST') return listOf(call, feed.all(), show);
  return created(call, feed, { parentFolderId: folder.id, isDraft: true }, show);
}

function shower({ preferences }: GraphCall): (entity: GraphEntity) => Record<string, unknown> {
  const show = outlookShow('message');
  return (entity) => ({ ...withBody(show(entity), preferences.wantsTextBodies) });
}

/** Counts are what the folder holds now. */
function folderShower({ mailbox }: GraphCall): (entity: GraphEntity) => Record<string, unknown> {
  return (folder) => {
    const feed: ChangeFeed = mailbox.messagesOf(folder.id);
    const held = feed.all();
    return {
      ...folder,
      totalItemCount: held.length,
      unreadItemCount: held.filter((message) => message['isRead'] === false).length,
    };
  };
}
