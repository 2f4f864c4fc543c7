import { outlookItems, type Collection } from '../account/collection.ts';
import type { GraphClient } from '../account/graph-client.ts';
import { text, type Json } from '../json.ts';
import type { FileKeeper } from '../kept-files/file-keeper.ts';
import { withPhoto } from './contact-photo.ts';

const select =
  'parentFolderId,birthday,fileAs,displayName,givenName,middleName,surname,nickName,jobTitle,companyName,department,businessHomePage,personalNotes,emailAddresses,mobilePhone,businessPhones,homePhones,homeAddress,businessAddress,otherAddress,categories,lastModifiedDateTime';

/** The default folder of contacts and every one inside it; with photos when there is somebody to keep them. */
export async function contactCollections(
  client: GraphClient,
  keeper: FileKeeper | undefined,
): Promise<Collection[]> {
  const itemsOf = outlookItems({
    type: 'person',
    resource: 'contact',
    mark: 'displayName',
    path: '/me/contacts',
    select,
    prepare: (contact) => (keeper === undefined ? contact : withPhoto(contact, keeper)),
  });
  const collection = (key: string, title: string, path: string): Collection => {
    const first = `${path}/delta?$select=${select}`;
    return { key, title, first, pageSize: 200, isOptional: false, itemsOf };
  };
  const folders = await foldersIn(client, '/me/contactFolders');
  return [
    collection('contacts', 'contacts', '/me/contacts'),
    ...folders.map((folder) => {
      const id = text(folder, 'id') ?? '';
      const path = `/me/contactFolders/${encodeURIComponent(id)}/contacts`;
      return collection(
        `contacts:${id}`,
        `contacts in "${text(folder, 'displayName') ?? ''}"`,
        path,
      );
    }),
  ];
}

async function foldersIn(client: GraphClient, path: string): Promise<Json[]> {
  const found: Json[] = [];
  for (const folder of await client.all(path)) {
    const id = encodeURIComponent(text(folder, 'id') ?? '');
    found.push(folder, ...(await foldersIn(client, `/me/contactFolders/${id}/childFolders`)));
  }
  return found;
}
