import type { StoredFile } from '../mailbox/stored-file.ts';
import { samplePhoto } from '../contacts/sample-photo.ts';
import { outlookId, type Mailbox } from '../mailbox/mailbox.ts';
import type { GraphEntity } from '../changes/change-feed.ts';
import type { Attachment } from './attachment.ts';

/** What the messages have that say so: mostly one file, at times a picture in the text, another mail, or a link. */
export function fillAttachments(mailbox: Mailbox): void {
  const holders = mailbox.messageFeeds
    .flatMap((feed) => feed.all())
    .filter((message) => message['hasAttachments'] === true);
  holders.forEach((message, index) => mailbox.attach(message.id, attachmentsOf(message, index)));
}

function attachmentsOf(message: GraphEntity, index: number): Attachment[] {
  const attachment = (kind: Attachment['kind'], name: string, file?: StoredFile): Attachment => ({
    id: outlookId(`${message.id}/${name}`),
    kind,
    name,
    isInline: file?.contentType === 'image/png',
    lastModifiedDateTime: String(message['receivedDateTime']),
    file,
  });
  const number = String(index + 1);
  const first =
    index % 2 === 0
      ? attachment('fileAttachment', `Offer ${number}.pdf`, pdf(`Offer ${number}`))
      : attachment('fileAttachment', `Figures ${number}.csv`, csv(index));
  if (index % 5 === 1) return [first, attachment('fileAttachment', 'logo.png', samplePhoto(index))];
  if (index % 5 === 2)
    return [first, attachment('itemAttachment', 'Minutes of the last meeting', mail())];
  if (index % 5 === 3) return [first, attachment('referenceAttachment', 'Shared plan.docx')];
  return [first];
}

function csv(index: number): StoredFile {
  const lines = Array.from(
    { length: 12 },
    (_, month) => `${String(month + 1)},${String(month * 17 + index)}`,
  );
  return stored('text/csv', ['month,sales', ...lines, ''].join('\r\n'));
}

function mail(): StoredFile {
  return stored('message/rfc822', 'Subject: Minutes of the last meeting\r\n\r\nWe agreed.\r\n');
}

/** One page with a line of text. */
function pdf(title: string): StoredFile {
  const text = `BT /F1 24 Tf 72 720 Td (${title}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${String(text.length)} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = body.length;
    body += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const count = String(objects.length + 1);
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${places.join('')}`;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${String(body.length)}\n%%EOF\n`;
  return stored('application/pdf', body + table + trailer);
}

function stored(contentType: string, text: string): StoredFile {
  return { contentType, content: Buffer.from(text) };
}
