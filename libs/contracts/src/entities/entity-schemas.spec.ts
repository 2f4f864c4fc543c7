import { dataModelPage, entityFields, entityMessages, entitySchemas } from '../index.ts';

const types = Object.entries(entityMessages);

describe('entitySchemas', () => {
  it.each(types)('hold the fields of the contract, and say what they mean: %s', (type, message) => {
    expect(entitySchemas[type]).toMatchObject({
      $id: `urn:made-open:schema:${type}`,
      title: message.name,
      description: expect.stringMatching(/\./u),
      type: 'object',
      properties: { attributes: { type: 'object' } },
    });
    const { properties } = entitySchemas[type] ?? {};
    const names = entityFields(message).map(({ name }) => name);
    expect(Object.keys(properties as object)).toEqual([...names, 'attributes']);
  });

  it('say where a stored file is named', () => {
    const file = { type: 'string', pattern: '^[0-9a-f]{64}$' };
    expect(entitySchemas['person']).toMatchObject({ properties: { photo_file_id: file } });
    expect(entitySchemas['document']).toMatchObject({ properties: { file_id: file } });
    expect(entitySchemas['message']).toMatchObject({
      properties: { attachments: { items: { properties: { file_id: file } } } },
    });
  });

  it('describe the entries of lists', () => {
    expect(entitySchemas['message']).toMatchObject({
      properties: {
        sent_at: { type: 'string', format: 'date-time' },
        recipients: { type: 'array', items: { type: 'string' } },
        attachments: {
          type: 'array',
          items: {
            type: 'object',
            properties: { size_bytes: { type: 'number' }, is_inline: { type: 'boolean' } },
          },
        },
      },
    });
  });
});

describe('dataModelPage', () => {
  const page = dataModelPage(new Map([['madeopen.data.v1.Person.emails', 'Where mail goes.']]));

  it('names every field with its kind', () => {
    expect(page).toContain('| `emails` | texts | Where mail goes. |');
    for (const [, message] of types)
      for (const { name } of entityFields(message)) expect(page).toContain(`| \`${name}\` |`);
  });

  it('describes the entries of lists', () => {
    expect(page).toContain('| `addresses` | objects, PostalAddress |');
    expect(page).toContain('### PostalAddress');
  });
});
