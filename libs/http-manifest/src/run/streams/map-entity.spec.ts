import type { Stream } from '../../http-manifest.ts';
import { mapEntity } from './map-entity.ts';

describe('records (case 69)', () => {
  it('become entities with their lists, constants and parts', () => {
    const map: Stream['map'] = {
      type: 'person',
      external_id: 'id',
      data: {
        display_name: 'profile.name',
        emails: 'profile.email',
        phones: 'phones[*].number',
        organizations: { name: 'company' },
        notes: '{{ record.profile.name | upper }} from Acme',
        given_name: 'profile.missing',
        urls: ['site', 'blog'],
      },
      deleted_when: { path: 'deleted', equals: true },
    };
    const record = {
      id: 7,
      profile: { name: 'Jo', email: 'jo@example.com' },
      phones: [{ number: '+1' }, { number: '+2' }],
      company: 'Acme',
      site: 'u',
    };
    const items = [record, { id: 8, deleted: true }, {}].map((each) =>
      mapEntity(map, each, { stream: 'users', record: each }),
    );
    expect(items[0]).toEqual({
      type: 'person',
      externalId: '7',
      data: {
        display_name: 'Jo',
        emails: ['jo@example.com'],
        phones: ['+1', '+2'],
        organizations: [{ name: 'Acme' }],
        notes: 'JO from Acme',
        urls: ['u'],
      },
      raw: { stream: 'users', record },
    });
    expect(items[1]).toMatchObject({ externalId: '8', deleted: true });
    expect(items[2]).toMatchObject({ externalId: '' });
  });
});
