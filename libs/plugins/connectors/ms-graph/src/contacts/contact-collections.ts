import { outlookItems, type Collection } from '../account/collection.ts';
import type { GraphClient } from '../account/graph-client.ts';
import { text, type Json } from '../json.ts';

const select =
  'parentFolderId,birthday,fileAs,displayName,givenName,middleName,surname,nickName,jobTitle,companyName,department,businessHomePage,personalNotes,emailAddresses,mobilePhone,businessPhones,homePhones,homeAddress,businessAddress,otherAddress,categories,lastModifiedDateTime';

const itemsOf = outlookItems({
  type: 'person',
  resource: 'contact',
  mark: 'displayName',
  path: '/me/contacts',
  select,
});

/** The default folder of contacts and every one inside it. */
export async function contactCollections(client: GraphClient): Promise<Collection[]> {
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

function collection(key: string, title: string, path: string): Collection {
  const first = `${path}/delta?$select=${select}`;
  return { key, title, first, pageSize: 200, isOptional: false, itemsOf };
}

async function foldersIn(client: GraphClient, path: string): Promise<Json[]> {
  const found: Json[] = [];
  for (const folder of await client.all(path)) {
    const id = encodeURIComponent(text(folder, 'id') ?? '');
    found.push(folder, ...(await foldersIn(client, `/me/contactFolders/${id}/childFolders`)));
  }
  return found;
}
