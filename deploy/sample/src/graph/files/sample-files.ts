import type { GraphEntity } from '../changes/change-feed.ts';
import { driveId, type Mailbox } from '../mailbox/mailbox.ts';
import { at, personOf } from '../mailbox/people.ts';
import { owner, timeOf, type SampleYear } from '../mailbox/sample-facts.ts';

const drive = 'b!t18F8ybsHUq1z3LTz8xvZqP8zaSWjkFNhsME-Fepo75dTf9vQKfeRblBZjoSQrd7';
const site = 'https://contoso-my.sharepoint.example/personal/adele_vance_contoso_example/Documents';
const folders = ['Contracts', 'Travel', 'Photos'];
const kinds = [
  {
    extension: 'docx',
    mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  {
    extension: 'xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  { extension: 'pdf', mimeType: 'application/pdf' },
  { extension: 'jpg', mimeType: 'image/jpeg' },
  { extension: 'txt', mimeType: 'text/plain' },
] as const;
const names = ['Plan', 'Minutes', 'Offer', 'Receipt', 'Harbour', 'Checklist', 'Letter'];
const fileCount = 60;

/** A drive with its root, folders and files. */
export function fillFiles(mailbox: Mailbox, sample: SampleYear): void {
  mailbox.files.put(root(sample));
  folders.forEach((name) => mailbox.files.put(folder(name, sample)));
  for (let index = 0; index < fileCount; index++) mailbox.files.put(file(index, sample));
}

function root(sample: SampleYear): GraphEntity {
  return {
    ...item('root', 'root', sample),
    webUrl: site,
    parentReference: { driveType: 'business', driveId: drive },
    folder: { childCount: folders.length },
    root: {},
  };
}

function folder(name: string, sample: SampleYear): GraphEntity {
  return {
    ...item(`folder/${name}`, name, sample),
    webUrl: `${site}/${encodeURIComponent(name)}`,
    parentReference: inside('root', '/drive/root:'),
    folder: { childCount: fileCount / folders.length },
  };
}

function file(index: number, sample: SampleYear): GraphEntity {
  const parent = at(folders, index);
  const kind = at(kinds, index);
  const name = `${at(names, index)} ${String(index + 1)}.${kind.extension}`;
  const editor = personOf(index);
  return {
    ...item(`file/${String(index)}`, name, sample, index),
    size: 2048 + index * 977,
    webUrl: `${site}/${encodeURIComponent(parent)}/${encodeURIComponent(name)}`,
    '@microsoft.graph.downloadUrl': `${site}/_layouts/15/download.aspx?UniqueId=${String(index)}&tempauth=eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0`,
    parentReference: inside(`folder/${parent}`, `/drive/root:/${parent}`),
    file: {
      mimeType: kind.mimeType,
      hashes: { quickXorHash: `${name.length}AAAAAAAAAAAAAAAAAA=` },
    },
    ...(index % 4 === 0
      ? { lastModifiedBy: { user: { displayName: editor.name, email: editor.address } } }
      : {}),
  };
}

function item(seed: string, name: string, sample: SampleYear, index = 0): GraphEntity {
  const id = driveId(seed);
  const time = timeOf(sample, -300 + index * 4, index * 11);
  const by = { user: { id: owner.id, displayName: owner.displayName, email: owner.mail } };
  return {
    id,
    name,
    eTag: `"{${id}},1"`,
    cTag: `"c:{${id}},1"`,
    size: 0,
    createdDateTime: time,
    lastModifiedDateTime: time,
    createdBy: by,
    lastModifiedBy: by,
    fileSystemInfo: { createdDateTime: time, lastModifiedDateTime: time },
  };
}

function inside(seed: string, path: string): object {
  return { driveType: 'business', driveId: drive, id: driveId(seed), path };
}
