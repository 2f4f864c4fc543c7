import type { ConnectorDataItem, HostContext } from '@made-open/plugin-sdk';

const host = 'https://hostile.example.net';

export const plugin = {
  id: 'photographer',
  async *sync({ http, files }: HostContext): AsyncGenerator<ConnectorDataItem> {
    const { status, file: photo } = await http.request({ url: `${host}/ada.jpg`, saveAs: {} });
    const missing = await http.request({ url: `${host}/none.jpg`, saveAs: {} });
    const note = await files.save({ name: 'note.txt', contentType: 'text/plain', body: 'Ada äöü' });
    const data = {
      display_name: 'Ada',
      photo_file_id: photo?.file_id,
      status: [status, missing.status],
    };
    yield { type: 'person', externalId: 'ada', data, raw: data };
    const mail = { subject: 'With a file', attachments: [note, photo] };
    yield { type: 'message', externalId: 'mail', data: mail, raw: mail };
  },
  mapToUnifiedModel(raw: unknown): ConnectorDataItem {
    const isMail = typeof raw === 'object' && raw !== null && 'subject' in raw;
    const data = { ...(raw as object) };
    return isMail
      ? { type: 'message', externalId: 'mail', data, raw }
      : { type: 'person', externalId: 'ada', data, raw };
  },
};
