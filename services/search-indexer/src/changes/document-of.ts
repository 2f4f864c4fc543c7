import type { CalendarEvent, Document, Message, Person } from '@made-open/contracts';

/** What is searched of an entity. */
export interface SearchDocument {
  readonly title: string;
  readonly body: string;
}

export function documentOfPerson(person: Person): SearchDocument {
  const { displayName, givenName, familyName, emails, phones, organization, title } = person;
  return {
    title: displayName ?? join(givenName, familyName),
    body: join(...emails, ...phones, organization, title),
  };
}

export function documentOfMessage({ subject, body, sender, recipients }: Message): SearchDocument {
  return { title: subject ?? '', body: join(sender, ...recipients, body) };
}

export function documentOfCalendarEvent({
  title,
  description,
  location,
  organizer,
  attendees,
}: CalendarEvent): SearchDocument {
  return { title: title ?? '', body: join(location, organizer, ...attendees, description) };
}

export function documentOfDocument({ title, text, path, authors }: Document): SearchDocument {
  return { title: title ?? '', body: join(path, ...authors, text) };
}

function join(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
