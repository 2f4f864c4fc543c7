import { create } from '@bufbuild/protobuf';
import { MessageSchema, PersonSchema } from '@made-open/contracts';
import { documentOfMessage, documentOfPerson } from './document-of.ts';

describe('documents of entities', () => {
  it('finds a person by name, address and organisation', () => {
    expect(
      documentOfPerson(
        create(PersonSchema, {
          displayName: 'Ada',
          emails: ['ada@example.com'],
          organization: 'Engines',
        }),
      ),
    ).toEqual({ title: 'Ada', body: 'ada@example.com Engines' });
  });

  it('leaves absent parts out', () => {
    expect(documentOfMessage(create(MessageSchema, { body: 'Hello' }))).toEqual({
      title: '',
      body: 'Hello',
    });
  });
});
