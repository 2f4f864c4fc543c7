import { rawOf, removed, type Collection } from '../account/collection.ts';
import { field, text } from '../json.ts';
import { mapRaw } from '../map-raw.ts';

const select =
  'name,size,file,folder,root,deleted,webUrl,parentReference,createdBy,lastModifiedBy,createdDateTime,lastModifiedDateTime';

/** The files of the account's own drive. */
export const fileCollection: Collection = {
  key: 'files',
  title: 'files',
  first: `/me/drive/root/delta?$top=200&$select=${select}`,
  pageSize: 200,
  isOptional: false,
  itemsOf: async (row) => {
    const id = text(row, 'id');
    if (id === undefined || field(row, 'folder') !== undefined || field(row, 'root') !== undefined)
      return [];
    if (field(row, 'deleted') !== undefined) return [removed('document', id)];
    // Notebooks are packages, neither file nor folder.
    return field(row, 'file') === undefined ? [] : [mapRaw(rawOf(row, 'driveItem'))];
  },
};
