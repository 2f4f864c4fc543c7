import { entityFields, MessageSchema } from '@made-open/contracts';
import type { FileHandle, FileToSave, HostContext, HttpRequest, HttpResponse } from './index.ts';

const handle: FileHandle = {
  file_id: 'a'.repeat(64),
  name: 'ada.jpg',
  mime_type: 'image/jpeg',
  size_bytes: 3,
};

describe('a file handle', () => {
  it('is an attachment of a message as it stands', () => {
    const attachments = entityFields(MessageSchema).find(({ name }) => name === 'attachments');
    const names = attachments?.fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(handle)));
  });

  it('comes of content that the plugin has, and of an answer of its source', () => {
    const file = { name: 'ada.txt', contentType: 'text/plain', body: 'Ada' } satisfies FileToSave;
    const save: HostContext['files']['save'] = async ({ name }) => ({ ...handle, name });
    const request: HttpRequest = { url: 'https://api.example.com/photo', saveAs: {} };
    const response: HttpResponse = { status: 200, headers: {}, body: null, file: handle };
    expect(response.file).toBe(handle);
    expect(request.saveAs).toEqual({});
    return expect(save(file)).resolves.toMatchObject({ name: 'ada.txt' });
  });
});
