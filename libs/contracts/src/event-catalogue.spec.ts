import { eventCatalogue, messages, routeOf } from './index.ts';

describe('eventCatalogue', () => {
  const page = eventCatalogue(new Map([['madeopen.data.v1.PersonCreated', 'Person first seen.']]));

  it('lists the subject of every message', () => {
    for (const message of messages) expect(page).toContain(`### \`${routeOf(message).subject}\``);
  });

  it('says what a message means, who publishes it and who consumes it', () => {
    expect(page).toContain(
      'Person first seen. Message `madeopen.data.v1.PersonCreated`, stream DATA.',
    );
    expect(page).toContain(
      'Published by etl; consumers: search-indexer-changes, rules-data; clients: `/v1/stream`.',
    );
  });

  it('says how to listen', () => {
    expect(page).toContain('`GET /v1/stream`');
    expect(page).toMatch(
      /### `plugin\.VersionRegistered`[^#]*consumers: none of the platform\.\n/u,
    );
  });
});
