import { create } from '@bufbuild/protobuf';
import {
  CalendarEventSchema,
  ConversationSchema,
  DocumentSchema,
  MessageSchema,
  PersonSchema,
} from '@made-open/contracts';
import {
  documentOfCalendarEvent,
  documentOfConversation,
  documentOfDocument,
  documentOfMessage,
  documentOfPerson,
} from './document-of.ts';

describe('documents of entities', () => {
  it('are found by the name, addresses and place of a person', () => {
    const person = create(PersonSchema, {
      displayName: 'Countess of Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      emails: ['ada@example.com'],
      phones: ['+31 20 123'],
      organization: 'Engines',
      title: 'Analyst',
    });
    expect(documentOfPerson(person)).toEqual({
      title: 'Countess of Lovelace',
      details: 'Ada Lovelace · ada@example.com · +31 20 123 · Engines · Analyst',
      body: '',
    });
  });

  it('take the best name that there is', () => {
    const titleOf = (init: object): string => documentOfPerson(create(PersonSchema, init)).title;
    expect(titleOf({ givenName: 'Ada', familyName: 'King' })).toBe('Ada King');
    expect(titleOf({ displayName: '', emails: ['a@example.com'] })).toBe('a@example.com');
    expect(titleOf({})).toBe('');
  });

  it('are found by what a message says and whom it concerns', () => {
    const message = {
      subject: 'Lunch',
      sender: 'a@x',
      recipients: ['b@x', 'c@x'],
      body: 'At one?',
    };
    expect(documentOfMessage(create(MessageSchema, message))).toEqual({
      title: 'Lunch',
      details: 'a@x · b@x · c@x',
      body: 'At one?',
    });
  });

  it('are found by what, where and with whom', () => {
    const event = {
      title: 'Review',
      location: 'Room 4',
      organizer: 'a@x',
      attendees: ['b@x'],
      description: 'Numbers',
    };
    expect(documentOfCalendarEvent(create(CalendarEventSchema, event))).toEqual({
      title: 'Review',
      details: 'Room 4 · a@x · b@x',
      body: 'Numbers',
    });
  });

  it('are found by title, path, authors and text', () => {
    const document = { title: 'Notes', path: '/a/b.txt', authors: ['Ada'], text: 'Bernoulli' };
    expect(documentOfDocument(create(DocumentSchema, document))).toEqual({
      title: 'Notes',
      details: '/a/b.txt · Ada',
      body: 'Bernoulli',
    });
  });

  it('are found by the subject of a conversation and by all who take part', () => {
    const participants = Array.from(
      { length: 500 },
      (_, n) => `person.number.${String(n)}@example.com`,
    );
    const conversation = { subject: 'Lunch', participants, channelType: 'email' };
    expect(documentOfConversation(create(ConversationSchema, conversation))).toEqual({
      title: 'Lunch',
      details: participants.join(' · '),
      body: '',
    });
  });

  it('hold nothing that the database would refuse, and are bounded', () => {
    const hostile = { title: 'a\0b\ud800', text: '😀'.repeat(100_000) };
    const { title, body } = documentOfDocument(create(DocumentSchema, hostile));
    expect(title).toBe('a b\ufffd');
    expect(body).toHaveLength(60_000);
    expect(body.isWellFormed()).toBe(true);
  });
});
