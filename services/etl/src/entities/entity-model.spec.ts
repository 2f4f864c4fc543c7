import { entityModels } from './entity-model.ts';

describe('entity models', () => {
  it('keep the times of the source apart from those of the row', () => {
    for (const model of Object.values(entityModels)) {
      const columns = model.fields.map((field) => field.column);
      expect(columns).toContain('source_updated_at');
      expect(columns).not.toContain('updated_at');
      expect(columns).not.toContain('created_at');
    }
  });

  it('know of what a list of objects is made', () => {
    const addresses = entityModels.person.fields.find(({ name }) => name === 'addresses');
    expect(addresses?.kind).toBe('objects');
    expect(addresses?.fields).toContainEqual({ name: 'city', kind: 'text', fields: [] });
  });
});
