import { noSuchItem, noSuchResource } from '../requests/graph-error.ts';
import {
  changesOf,
  created,
  isDelta,
  itemOf,
  listOf,
  outlookShow,
  type GraphCall,
  type GraphReply,
} from '../requests/graph-call.ts';
import { answerPhoto } from './photo-routes.ts';

const show = outlookShow('contact');

/** The folder that `/me/contacts` means; also known by this name. */
export const contactFolderName = 'contacts';

/** `/me/contacts…` and `/me/contactFolders…`; there is one folder. */
export function answerContacts(call: GraphCall): GraphReply {
  const [first, ...rest] = call.segments;
  if (first?.toLowerCase() === 'contacts') return inFolder(call, rest);
  const [folder, collection, ...behind] = rest;
  // The list has the folders inside the default one, of which there is none.
  if (folder === undefined) return listOf(call, [], show);
  if (folder.toLowerCase() !== contactFolderName) throw noSuchItem();
  if (collection?.toLowerCase() !== 'contacts') throw noSuchResource(collection ?? '');
  return inFolder(call, behind);
}

function inFolder(call: GraphCall, [id, ...more]: readonly string[]): GraphReply {
  const { mailbox, method } = call;
  const feed = mailbox.contacts;
  const [part, ...rest] = more;
  if (id !== undefined && part === 'photo') return answerPhoto(call, id, rest);
  if (part !== undefined) throw noSuchResource(part);
  if (isDelta(id)) return changesOf(call, feed, { kind: 'outlook', show });
  if (id !== undefined) return itemOf(call, feed, id, show);
  if (method === 'POST') return created(call, feed, { parentFolderId: contactFolderName }, show);
  return listOf(call, feed.all(), show);
}
