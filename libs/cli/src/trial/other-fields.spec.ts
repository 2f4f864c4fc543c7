import { OtherFields } from './other-fields.ts';

describe('fields that a type does not have', () => {
  it('are noted once, with the name that may be meant', () => {
    const fields = new OtherFields();
    fields.see('person', { displayName: 'Ada', emails: [], attributes: { vip: true } });
    fields.see('person', { displayName: 'Bob', display_name: 'Bob' });
    fields.see('document', { content: 'x' });
    fields.see('constructor', { a: 1 });
    const [person, document, ...others] = fields.notes();
    expect(person).toBe(
      'note: "displayName" is no field of person and is kept under attributes; is "display_name" meant?',
    );
    expect(document).toMatch(/^note: "content" is no field of document .*its fields are .*text/u);
    expect(others).toEqual([]);
  });

  it('are counted when they are many', () => {
    const fields = new OtherFields();
    const data = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`other_${String(n)}`, n]),
    );
    fields.see('person', data);
    expect(fields.notes()).toHaveLength(11);
    expect(fields.notes().at(-1)).toContain('2 more fields');
  });
});
