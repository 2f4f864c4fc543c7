import { fileChunkBytes } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { ConnectionStore } from '../../src/connections/connection-store.ts';
import { EraseConnection } from '../../src/erasure/erase-connection.ts';
import { ErasePerson } from '../../src/erasure/erase-person.ts';
import { exportData, ExportSources } from '../../src/export/export-data.ts';
import { exportPerson } from '../../src/export/export-person.ts';
import { begin, persons } from '../etl-fixture.ts';
import { bytes, ended, FilesFixture, sha256, withPhoto } from './files-fixture.ts';

describe('files that are there', () => {
  let fixture: FilesFixture;

  beforeAll(async () => {
    fixture = await FilesFixture.start();
  });
  afterAll(async () => {
    await fixture?.stop();
  });

  type Request = { connectionId: string; spaceId: string; personId: string };
  type Exported = { kind: string; json: Record<string, unknown> };

  /** All pages; each fits into a message. */
  async function exported({ connectionId, ...person }: Request): Promise<Exported[]> {
    const sources = new ExportSources(fixture.etl.pool, fixture.objects);
    const found: Exported[] = [];
    for (let cursor = '', pages = 0; pages === 0 || cursor !== ''; pages++) {
      const page =
        person.personId === ''
          ? await exportData(
              sources,
              await new ConnectionStore(fixture.etl.pool).find(connectionId),
              cursor,
            )
          : await exportPerson(sources, { ...person, cursor });
      expect(JSON.stringify(page).length).toBeLessThan(900 * 1024);
      for (const { kind = '', json = '' } of page.records ?? [])
        found.push({ kind, json: JSON.parse(json) as Record<string, unknown> });
      cursor = page.nextCursor ?? '';
    }
    return found;
  }

  const contentIn = (all: readonly Exported[], fileId: string): Buffer =>
    Buffer.concat(
      all
        .filter(({ json }) => json['file_id'] === fileId)
        .map(({ json }) => Buffer.from(String(json['content_base64']), 'base64')),
    );

  it('leave with the export of their connection, part by part, and with that of a person', async () => {
    const connection = await fixture.begun('export');
    const large = Buffer.alloc(fileChunkBytes + 5, 'large');
    await fixture.save(connection, large, 'ada.jpg');
    await fixture.save(connection, bytes('another'));
    await connection.send([1, 1, 1], withPhoto('ada', sha256(large)));
    const [row] = await fixture.etl.rows<{ id: string }>(
      `select id::text as id from person where photo_file_id = $1`,
      [sha256(large)],
    );
    const request = { connectionId: connection.id, spaceId: '', personId: '' };
    const all = await exported(request);
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(['file', 'file', 'file', 'person']);
    expect(contentIn(all, sha256(large)).equals(large)).toBe(true);
    expect(contentIn(all, sha256(bytes('another'))).toString()).toBe('another');
    const person = { connectionId: '', spaceId: 'export', personId: row?.id ?? '' };
    const own = await exported(person);
    expect(own.map(({ kind }) => kind)).toEqual(['person', 'file', 'file']);
    expect(contentIn(own, sha256(large)).equals(large)).toBe(true);
    expect(own[1]?.json).toMatchObject({ name: 'ada.jpg', mime_type: 'text/plain', chunks: 2 });
  });

  it('are erased with their connection, with all that the store has of them', async () => {
    const [connection, other] = [await fixture.begun('erased'), await fixture.begun('erased')];
    await fixture.files.removeUnheld();
    const before = await fixture.storedParts();
    const [own, shared] = [
      await fixture.save(connection, bytes('their own')),
      await fixture.save(connection, bytes('shared')),
    ];
    await fixture.save(other, bytes('shared'));
    await fixture.put(connection, { content: Buffer.alloc(fileChunkBytes) });
    await connection.send([1, 1, 1], withPhoto('ada', own));
    // Their own, the shared one once, and what was begun.
    expect(await fixture.storedParts()).toBe(before + 3);
    const erasure = new EraseConnection(fixture.etl.database, fixture.files, () => undefined);
    expect(await erasure.erase(await fixture.known(connection))).toEqual({ done: true, erased: 1 });
    expect(await fixture.storedParts()).toBe(before + 1);
    expect(await fixture.reads.describe('erased', own)).toBeUndefined();
    expect((await fixture.contentOf('erased', shared)).toString()).toBe('shared');
    for (const table of ['file_save', 'file_upload', 'file_reference'])
      expect([table, await connection.count(table)]).toEqual([table, 0]);
  });

  it('leave the store in batches, and the erasure is not done before the last', async () => {
    const connection = await fixture.begun('many');
    await fixture.etl.rows(
      'insert into file_trash (object) select gen_random_uuid() from generate_series(1, 501)',
    );
    const erasure = new EraseConnection(fixture.etl.database, fixture.files, () => undefined);
    const step = async () => (await erasure.erase(await fixture.known(connection))).done;
    expect([await step(), await step()]).toEqual([false, true]);
    expect(await fixture.etl.rows('select from file_trash')).toEqual([]);
  });

  it('are not said to be gone while another loop has them in hand', async () => {
    const connection = await fixture.begun('in hand');
    await fixture.files.removeUnheld();
    const before = await fixture.storedParts();
    await fixture.save(connection, bytes('in hand'));
    const other = await fixture.etl.pool.connect();
    try {
      await other.query('begin');
      await other.query('select from file for update');
      const erasure = new EraseConnection(fixture.etl.database, fixture.files, () => undefined);
      const erased = erasure.erase(await fixture.known(connection));
      await eventually(async () => {
        const waiting = await fixture.etl.rows(
          `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%from file f%'`,
        );
        expect(waiting).not.toEqual([]);
      });
      await other.query('commit');
      expect(await erased).toMatchObject({ done: true });
    } finally {
      other.release(true);
    }
    expect(await fixture.storedParts()).toBe(before);
  });

  it('are erased with a person, unless another entity names them', async () => {
    const connection = await fixture.begun('person');
    await fixture.files.removeUnheld();
    const before = await fixture.storedParts();
    const [own, shared] = [
      await fixture.save(connection, bytes('of Ada alone')),
      await fixture.save(connection, bytes('of both')),
    ];
    const data = (email: string, file: string): string =>
      JSON.stringify({ emails: [email], verified_emails: [email], photo_file_id: file });
    await connection.send(
      [1, 1, 1],
      persons([
        { id: 'ada', data: data('ada@x.example', own) },
        { id: 'ada at work', data: data('work@x.example', shared) },
        { id: 'bob', data: data('bob@x.example', shared) },
      ]),
    );
    const { database, pool } = fixture.etl;
    const { files } = fixture;
    const erasure = new ErasePerson({ database, pool, files, onCommitted: () => undefined });
    for (const id of ['ada', 'ada at work']) {
      const [row] = await fixture.etl.rows<{ id: string }>(
        `select p.id::text as id from person p join connection c on c.key = p.connection_key
         where c.id = $1 and p.external_id = $2`,
        [connection.id, id],
      );
      const request = { spaceId: 'person', personId: row?.id ?? '', withMentions: false };
      expect(await erasure.erase(request)).toEqual({ done: true, erased: 1 });
    }
    expect(await fixture.reads.describe('person', own)).toBeUndefined();
    expect((await fixture.contentOf('person', shared)).toString()).toBe('of both');
    expect(await fixture.storedParts()).toBe(before + 1);
  });

  it('lose the name of a person who is erased, also where another one has the same picture', async () => {
    const connection = await fixture.begun('names');
    const saved = (name: string) => fixture.save(connection, bytes('default picture'), name);
    const picture = await saved('Ada Lovelace');
    const [named, old, pending] = [
      async () => (await fixture.reads.describe('names', picture))?.name,
      await fixture.save(connection, bytes('an old picture'), 'Ada Lovelace'),
      await fixture.save(connection, bytes('another run names it')),
    ];
    expect(await named()).toBe('Ada Lovelace');
    await connection.send([1, 1, 1], withPhoto('ada', old));
    await connection.send([1, 1, 2], withPhoto('ada', picture));
    await connection.send([1, 1, 3], withPhoto('bob', picture));
    await connection.send([2, 1, 0], begin);
    await fixture.put(connection, {
      epoch: 2,
      content: bytes('another run names it'),
      end: ended(bytes('another run names it')),
    });
    const [row] = await fixture.etl.rows<{ id: string }>(
      `select p.id::text as id from person p join connection c on c.key = p.connection_key
       where c.id = $1 and p.external_id = 'ada'`,
      [connection.id],
    );
    const { database, pool } = fixture.etl;
    const { files } = fixture;
    const erasure = new ErasePerson({ database, pool, files, onCommitted: () => undefined });
    const request = { spaceId: 'names', personId: row?.id ?? '', withMentions: false };
    expect(await erasure.erase(request)).toEqual({ done: true, erased: 1 });
    expect(await named()).toBe('file');
    expect(await fixture.reads.describe('names', old)).toBeUndefined();
    expect(await fixture.reads.describe('names', pending)).toBeDefined();

    // It comes again, and is not taken.
    const again = bytes('a new picture');
    await fixture.put(connection, { epoch: 2, content: again, end: ended(again, 'Ada Lovelace') });
    await connection.send([2, 1, 1], withPhoto('ada', sha256(again)));
    expect(await fixture.reads.describe('names', sha256(again))).toBeUndefined();
    const left = await exported({ connectionId: connection.id, spaceId: '', personId: '' });
    expect(left.map(({ json }) => json['file_id'])).not.toContain(sha256(again));
    const parts = await fixture.storedParts();
    await fixture.files.removeUnused();
    expect(await fixture.storedParts()).toBe(parts - 1);
    expect((await fixture.contentOf('names', picture)).toString()).toBe('default picture');
  });

  it('have no name or type when several were given for one content', async () => {
    const [one, other] = [await fixture.begun('shared'), await fixture.begun('shared')];
    const content = bytes('shared by many');
    const save = (
      connection: typeof one,
      name: string,
      type: string,
    ): ReturnType<FilesFixture['put']> =>
      fixture.put(connection, { content, end: ended(content, name, type) });
    const told = async () => {
      const { name, mimeType } = (await fixture.reads.describe('shared', sha256(content))) ?? {};
      return [name, mimeType];
    };
    await save(one, 'Ada.pdf', 'application/pdf');
    expect(await told()).toEqual(['Ada.pdf', 'application/pdf']);
    expect(await save(other, 'Bob.html', 'text/html')).toMatchObject({
      name: 'Bob.html',
      mimeType: 'text/html',
    });
    expect(await told()).toEqual(['file', 'application/octet-stream']);
    await save(one, 'Bob.html', 'application/pdf');
    expect(await told()).toEqual(['file', 'application/octet-stream']);
  });

  it('go when no item names them any more, after a time of grace', async () => {
    const connection = await fixture.begun('grace');
    const [kept, changed, gone] = [
      await fixture.save(connection, bytes('kept')),
      await fixture.save(connection, bytes('changed')),
      await fixture.save(connection, bytes('gone')),
    ];
    const never = await fixture.save(connection, bytes('never named'));
    await fixture.put(connection, { content: Buffer.alloc(fileChunkBytes) });
    const photos: [string, string][] = [
      ['k', kept],
      ['c', changed],
      ['g', gone],
    ];
    for (const [index, [id, file]] of photos.entries())
      await connection.send([1, 1, index + 1], withPhoto(id, file));
    await connection.send([1, 1, 4], withPhoto('c', null));
    await connection.send([1, 1, 5], persons([], { gone: ['g'] }));
    const held = async () => {
      const ids = [kept, changed, gone, never];
      const found = await Promise.all(ids.map((id) => fixture.reads.describe('grace', id)));
      return found.map((file) => file !== undefined);
    };
    await fixture.files.removeUnused();
    expect(await held()).toEqual([true, true, true, true]);
    await fixture.etl.rows(`update file_save set used_at = now() - interval '2 hours'`);
    await fixture.etl.rows(`update file_upload set moved_at = now() - interval '2 hours'`);
    await fixture.files.removeUnused();
    expect(await held()).toEqual([true, false, false, false]);
    expect(await connection.count('file_upload')).toBe(0);
    expect(await fixture.reads.chunk('grace', kept, 0)).toEqual(new Uint8Array(bytes('kept')));
  });
});
