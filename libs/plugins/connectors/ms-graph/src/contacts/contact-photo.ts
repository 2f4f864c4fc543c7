import type { FileKeeper } from '../kept-files/file-keeper.ts';
import { text, type Json } from '../json.ts';
import { photoAnnotation } from './map-contact.ts';

/** A contact with the photo that it has. Graph does not say whether there is one: it has to be asked for. */
export async function withPhoto(contact: Json, keeper: FileKeeper): Promise<Json> {
  const id = encodeURIComponent(text(contact, 'id') ?? '');
  const name = text(contact, 'displayName') ?? 'contact';
  const path = `/me/contacts/${id}/photo/$value`;
  const photo = await keeper.keep(path, { name }, `the photo of "${name}"`);
  return photo === undefined ? contact : { ...contact, [photoAnnotation]: photo.file_id };
}
