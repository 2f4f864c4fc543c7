import { create } from '@bufbuild/protobuf';
import {
  CalendarEventSchema,
  ConversationSchema,
  DocumentSchema,
  MessageSchema,
  PersonSchema,
  type CalendarEvent,
  type Conversation,
  type Document,
  type Message,
  type Person,
} from '@made-open/contracts';
import { cutText } from '../search/cut-text.ts';
import type { SearchDocument } from '../search/search-index.ts';

/** Details have room for all 500 participants of a conversation, with addresses of usual length. */
const limits = { title: 500, details: 20_000, body: 60_000 } as const;

export function documentOfPerson(person: Person = create(PersonSchema)): SearchDocument {
  const { displayName, givenName, familyName, emails, phones, organization, title } = person;
  const name = [givenName, familyName].filter(isText).join(' ');
  const shown = [displayName, name, emails[0]].find(isText) ?? '';
  return searchDocument({
    title: shown,
    details: [name === shown ? '' : name, ...emails, ...phones, organization, title],
    body: '',
  });
}

export function documentOfMessage(message: Message = create(MessageSchema)): SearchDocument {
  const { subject, body, sender, recipients } = message;
  return searchDocument({ title: subject, details: [sender, ...recipients], body });
}

export function documentOfCalendarEvent(
  event: CalendarEvent = create(CalendarEventSchema),
): SearchDocument {
  const { title, description, location, organizer, attendees } = event;
  return searchDocument({
    title,
    details: [location, organizer, ...attendees],
    body: description,
  });
}

export function documentOfDocument(document: Document = create(DocumentSchema)): SearchDocument {
  const { title, text, path, authors } = document;
  return searchDocument({ title, details: [path, ...authors], body: text });
}

/** What was said is found by its messages. */
export function documentOfConversation(
  conversation: Conversation = create(ConversationSchema),
): SearchDocument {
  const { subject, participants } = conversation;
  return searchDocument({ title: subject, details: participants, body: '' });
}

function searchDocument({
  title,
  details,
  body,
}: {
  title: string | undefined;
  details: readonly (string | undefined)[];
  body: string | undefined;
}): SearchDocument {
  return {
    title: storable(title ?? '', limits.title),
    details: storable(details.filter(isText).join(' · '), limits.details),
    body: storable(body ?? '', limits.body),
  };
}

/** PostgreSQL takes neither NUL nor half characters; a whole batch would fail with one of them. */
function storable(text: string, limit: number): string {
  return cutText(text, limit).replaceAll('\0', ' ').toWellFormed();
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
