import { GraphError, noSuchItem, noSuchResource } from '../requests/graph-error.ts';
import { onlyGet, type GraphCall, type GraphReply } from '../requests/graph-call.ts';

/** `/me/contacts/{id}/photo` and its `$value`. */
export function answerPhoto(
  call: GraphCall,
  id: string,
  [part, ...more]: readonly string[],
): GraphReply {
  onlyGet(call);
  const { mailbox } = call;
  if (more.length > 0 || (part !== undefined && part !== '$value'))
    throw noSuchResource(part ?? '');
  if (mailbox.contacts.get(id) === undefined) throw noSuchItem();
  const photo = mailbox.photos.get(id);
  if (photo === undefined)
    throw new GraphError(404, 'ErrorItemNotFound', "The photo wasn't found.", {
      inner: { code: 'ImageNotFound' },
    });
  if (part === '$value') return { status: 200, file: photo };
  return {
    status: 200,
    body: {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#contacts/photo/$entity',
      '@odata.mediaContentType': photo.contentType,
      id: '96x96',
      width: 96,
      height: 96,
    },
  };
}
