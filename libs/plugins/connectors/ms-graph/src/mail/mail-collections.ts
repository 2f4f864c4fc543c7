import { outlookItems, type Collection } from '../account/collection.ts';
import type { Config } from '../config.ts';
import { graphRoot, type GraphClient } from '../account/graph-client.ts';
import { field, text, type Json } from '../json.ts';
import { withAttachments, type AttachmentSource } from './attachments.ts';
import { directionAnnotation } from './map-message.ts';
import { withShortBody } from '../short-body.ts';

const select =
  'subject,body,from,sender,toRecipients,ccRecipients,bccRecipients,sentDateTime,receivedDateTime,conversationId,internetMessageId,isRead,importance,hasAttachments,categories,parentFolderId,webLink,lastModifiedDateTime';

/** What was not sent, and what its owner threw away. */
const leftOut = ['drafts', 'outbox', 'deleteditems', 'junkemail'];

/** Every mail folder that counts, however deep. */
export async function mailCollections(
  client: GraphClient,
  { mailFolders }: Config,
  attachments: AttachmentSource | undefined,
): Promise<Collection[]> {
  const folders = await allFolders(client);
  const skipped = new Set(await idsOf(client, leftOut));
  const [sentItems] = await idsOf(client, ['sentitems']);
  return [...folders.values()]
    .filter((folder) => !isBelow(folder, skipped, folders))
    .filter(({ name }) => mailFolders === undefined || mailFolders.has(name.toLowerCase()))
    .map(({ id, name }) => ({
      key: `mail:${id}`,
      title: `mail in "${name}"`,
      first: `/me/mailFolders/${encodeURIComponent(id)}/messages/delta?$select=${select}`,
      pageSize: 50,
      isOptional: false,
      itemsOf: itemsIn(sentItems, attachments),
    }));
}

function itemsIn(
  sentItems: string | undefined,
  attachments: AttachmentSource | undefined,
): Collection['itemsOf'] {
  return outlookItems({
    type: 'message',
    resource: 'message',
    mark: 'receivedDateTime',
    path: '/me/messages',
    select,
    prepare: (row) => {
      const isSent = sentItems !== undefined && text(row, 'parentFolderId') === sentItems;
      const direction = isSent ? 'outbound' : 'inbound';
      const message = { ...withShortBody(row), [directionAnnotation]: direction };
      return attachments === undefined ? message : withAttachments(message, attachments);
    },
  });
}

interface Folder {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}

/** A delta query from the beginning has the folders of every level; the list has only the top ones. */
async function allFolders(client: GraphClient): Promise<ReadonlyMap<string, Folder>> {
  const folders = new Map<string, Folder>();
  let url: string | undefined =
    `${graphRoot}/me/mailFolders/delta?$select=displayName,parentFolderId`;
  while (url !== undefined) {
    const page: { rows: readonly Json[]; nextLink: string | undefined } = await client.page(
      url,
      100,
    );
    for (const row of page.rows) {
      const id = text(row, 'id');
      if (id === undefined || field(row, '@removed') !== undefined) continue;
      const parentId = text(row, 'parentFolderId') ?? '';
      folders.set(id, { id, name: text(row, 'displayName') ?? '', parentId });
    }
    url = page.nextLink;
  }
  return folders;
}

/** Ids of folders by their well-known names; an account need not have each. */
async function idsOf(client: GraphClient, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const id = text(await client.find(`/me/mailFolders/${name}?$select=id`), 'id');
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** Whether a folder is one of these, or lies in one. */
function isBelow(
  folder: Folder,
  these: ReadonlySet<string>,
  folders: ReadonlyMap<string, Folder>,
): boolean {
  const seen = new Set<string>();
  let at: Folder | undefined = folder;
  while (at !== undefined && !seen.has(at.id)) {
    if (these.has(at.id)) return true;
    seen.add(at.id);
    at = folders.get(at.parentId);
  }
  return false;
}
