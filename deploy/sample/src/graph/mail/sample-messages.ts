import type { GraphEntity } from '../changes/change-feed.ts';
import { outlookId, type Mailbox } from '../mailbox/mailbox.ts';
import { at, personOf } from '../mailbox/people.ts';
import {
  firstChangeKey,
  owner,
  recipient,
  timeOf,
  type SampleYear,
} from '../mailbox/sample-facts.ts';

interface Folder {
  readonly name: string;
  readonly wellKnown?: string;
  readonly parent?: string;
  readonly messages: number;
}

const folders: readonly Folder[] = [
  { name: 'Inbox', wellKnown: 'inbox', messages: 90 },
  { name: 'Sent Items', wellKnown: 'sentitems', messages: 40 },
  { name: 'Archive', wellKnown: 'archive', messages: 25 },
  { name: 'Invoices', parent: 'Inbox', messages: 15 },
  { name: 'Drafts', wellKnown: 'drafts', messages: 2 },
  { name: 'Deleted Items', wellKnown: 'deleteditems', messages: 5 },
  { name: 'Junk Email', wellKnown: 'junkemail', messages: 4 },
  { name: 'Outbox', wellKnown: 'outbox', messages: 0 },
];

const topics = [
  'Quarterly figures',
  'Your order has shipped',
  'Notes from Tuesday',
  'Invitation to the open day',
  'Question about the contract',
  'Travel to Porto',
];
const lines = [
  'The figures for the last quarter are in. Sales in the north grew, costs did too.',
  'Could you look at the second page before Friday? The rest can wait.',
  'We agreed on the smaller venue; Radia asks the caterer.',
  'Thank you for your patience. The parcel left our warehouse this morning.',
  'I would rather take the early train, if that suits you.',
];
const me = { name: owner.displayName, address: owner.mail, given: owner.givenName };

/** Mail in folders, one of them inside another; some of it in threads. */
export function fillMail(mailbox: Mailbox, sample: SampleYear): void {
  for (const folder of folders) mailbox.addMailFolder(mailFolder(folder), folder.wellKnown);
  for (const folder of folders)
    for (let index = 0; index < folder.messages; index++)
      mailbox.messagesOf(folderId(folder.name)).put(message(folder, index, sample));
}

export function folderId(name: string): string {
  return outlookId(`folder/${name}`);
}

function mailFolder({ name, parent }: Folder): GraphEntity {
  return {
    id: folderId(name),
    displayName: name,
    parentFolderId: parent === undefined ? outlookId('folder/root') : folderId(parent),
    childFolderCount: folders.filter((folder) => folder.parent === name).length,
    isHidden: false,
  };
}

function message({ name }: Folder, index: number, sample: SampleYear): GraphEntity {
  const id = outlookId(`message/${name}/${String(index)}`);
  const thread = Math.floor(index / 3);
  const subject = `${index % 3 === 0 ? '' : 'Re: '}${at(topics, thread)}`;
  const other = personOf(thread * 5 + name.length);
  const isSent = name === 'Sent Items' || name === 'Drafts';
  const time = timeOf(sample, -340 + index * 3, 7 * 60 + ((index * 37) % 600));
  const [from, to] = isSent ? [me, other] : [other, me];
  const content = `Hello ${to.given},\n\n${at(lines, index)}\n\nBest wishes\n${from.given}`;
  return {
    id,
    createdDateTime: time,
    lastModifiedDateTime: time,
    changeKey: firstChangeKey(id),
    categories: index % 11 === 0 ? ['Red category'] : [],
    receivedDateTime: time,
    sentDateTime: time,
    hasAttachments: index % 7 === 0,
    internetMessageId: `<${name.toLowerCase().replaceAll(' ', '-')}-${String(index)}@contoso.example>`,
    subject,
    bodyPreview: content.slice(0, 255),
    importance: index % 13 === 0 ? 'high' : 'normal',
    parentFolderId: folderId(name),
    conversationId: outlookId(`conversation/${at(topics, thread)}/${String(thread)}`),
    isRead: index % 4 !== 0,
    isDraft: name === 'Drafts',
    webLink: `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(id)}&exvsurl=1&viewmodel=ReadMessageItem`,
    body: { contentType: 'text', content },
    sender: recipient(from),
    from: recipient(from),
    toRecipients: [recipient(to)],
    ccRecipients: index % 5 === 0 ? [recipient(personOf(index + 40))] : [],
    bccRecipients: [],
    replyTo: [],
    flag: { flagStatus: 'notFlagged' },
  };
}
