import type { GraphEntity } from '../changes/change-feed.ts';
import { Mailbox, outlookId } from './mailbox.ts';
import { at, peopleCount, personOf, type KnownPerson } from './people.ts';
import { fillCalendars } from '../calendars/sample-events.ts';
import { fillFiles } from '../files/sample-files.ts';
import { samplePhoto } from '../contacts/sample-photo.ts';
import { fillAttachments } from '../mail/sample-attachments.ts';
import { fillMail } from '../mail/sample-messages.ts';
import { firstChangeKey, owner, timeOf, type SampleYear } from './sample-facts.ts';

/** A mailbox of a few hundred plausible entities: the same for every process in the same year. */
export function sampleMailbox(year = new Date().getUTCFullYear()): Mailbox {
  const mailbox = new Mailbox(owner, `sample-${String(year)}`);
  const sample = { start: new Date(Date.UTC(year, 0, 1)) };
  for (let index = 0; index < peopleCount; index++) {
    const person = contact(index, sample);
    mailbox.contacts.put(person);
    if (index % 6 === 0) mailbox.photos.set(person.id, samplePhoto(index));
  }
  fillCalendars(mailbox, sample);
  fillMail(mailbox, sample);
  fillAttachments(mailbox);
  fillFiles(mailbox, sample);
  return mailbox;
}

function contact(index: number, sample: SampleYear): GraphEntity {
  const person = personOf(index);
  const id = outlookId(`contact/${String(index)}`);
  const time = timeOf(sample, -360 + index);
  return {
    id,
    createdDateTime: time,
    lastModifiedDateTime: time,
    changeKey: firstChangeKey(id),
    categories: index % 9 === 0 ? ['Friends'] : [],
    parentFolderId: 'contacts',
    birthday: index % 4 === 0 ? birthday(index) : null,
    fileAs: `${person.family}, ${person.given}`,
    displayName: person.name,
    givenName: person.given,
    surname: person.family,
    middleName: null,
    nickName: null,
    title: null,
    initials: `${person.given.charAt(0)}.${person.family.charAt(0)}.`,
    jobTitle: person.job,
    companyName: person.company,
    department: null,
    officeLocation: null,
    businessHomePage: null,
    personalNotes: index % 15 === 0 ? `Met at the fair in Lyon, stand ${String(index)}.` : '',
    emailAddresses: addresses(person, index),
    mobilePhone: index % 3 === 0 ? person.mobile : null,
    businessPhones: index % 2 === 0 ? [person.desk] : [],
    homePhones: [],
    homeAddress: {},
    businessAddress: businessAddress(index),
    otherAddress: {},
  };
}

function addresses(person: KnownPerson, index: number): object[] {
  const business = { name: person.name, address: person.address };
  if (index % 6 !== 0) return [business];
  const home = `${person.given}@${person.family}.example`.toLowerCase();
  return [business, { name: person.name, address: home }];
}

/** Outlook keeps a birthday as a minute of that day, in UTC. */
function birthday(index: number): string {
  const month = String((index % 12) + 1).padStart(2, '0');
  return `${String(1955 + (index % 45))}-${month}-${String((index % 28) + 1).padStart(2, '0')}T11:59:00Z`;
}

function businessAddress(index: number): object {
  if (index % 5 !== 0) return {};
  return {
    street: `${String(10 + index)} Harbour Street`,
    city: at(['Lyon', 'Porto', 'Malmö', 'Osaka'], index),
    state: '',
    countryOrRegion: at(['France', 'Portugal', 'Sweden', 'Japan'], index),
    postalCode: String(10_000 + index * 13),
  };
}
