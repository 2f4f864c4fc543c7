import { records } from '../etl-fixture.ts';
import { bytes, FilesFixture, sha256, withPhoto } from './files-fixture.ts';

describe('files that were saved', () => {
  let fixture: FilesFixture;

  beforeAll(async () => {
    fixture = await FilesFixture.start();
  });
  afterAll(async () => {
    await fixture?.stop();
  });

  it('may be named by items of the connection that has saved them, and by no other', async () => {
    const [one, two] = [await fixture.begun('named'), await fixture.begun('named')];
    const file = await fixture.save(one, bytes('a photo'));
    await one.send([1, 1, 1], withPhoto('ada', file));
    await two.send([1, 1, 1], withPhoto('eve', file));
    expect(await one.count('person')).toBe(1);
    expect(await two.count('file_reference')).toBe(0);
    expect(await two.quarantine()).toEqual([
      expect.objectContaining({ reason: expect.stringContaining(`no file ${file}`) }),
    ]);
  });

  it('that are not there any more cost an item themselves alone, until they are saved again', async () => {
    const connection = await fixture.begun('expired');
    const kept = await fixture.save(connection, bytes('kept'));
    const gone = sha256(bytes('gone'));
    const attachments = [kept, gone].map((file_id) => ({ file_id, name: 'a.txt' }));
    const mail = records(
      [{ kind: 'item', type: 'message', ids: ['m'] }],
      [`${JSON.stringify({ subject: 'Offer', attachments, colour: 'red' })}\t{}`],
    );
    const stored = () =>
      fixture.etl.rows<{ attachments: object[]; attributes: object }>(
        `select subject, attachments, attributes from message where connection_key =
           (select key from connection where id = $1)`,
        [connection.id],
      );
    const countsOf = async (frame: number) => (await connection.send([1, 1, frame], mail)).answer;
    expect(await countsOf(1)).toMatchObject({
      counts: { items: 1, created: 1, unchanged: 0, quarantined: 1 },
    });
    expect(await stored()).toEqual([
      {
        subject: 'Offer',
        attachments: [{ file_id: kept, name: 'a.txt' }, { name: 'a.txt' }],
        attributes: { colour: 'red' },
      },
    ]);
    expect(await connection.quarantine()).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('written without a file') }),
    ]);
    await fixture.save(connection, bytes('gone'));
    expect(await countsOf(2)).toMatchObject({
      counts: { created: 1, updated: 1, quarantined: 1 },
    });
    expect((await stored())[0]).toMatchObject({ attachments });
    expect(await connection.quarantine()).toEqual([]);
    expect(await countsOf(3)).toMatchObject({
      counts: { updated: 1, unchanged: 1, quarantined: 1 },
    });
  });

  it('are named by messages and documents too, and a thing that is no file is refused', async () => {
    const connection = await fixture.begun('types');
    const file = await fixture.save(connection, bytes('an attachment'));
    const attachment = { file_id: file, name: 'a.txt' };
    await connection.send(
      [1, 1, 1],
      records(
        [
          { kind: 'item', type: 'message', ids: ['m', 'wrong'] },
          { kind: 'item', type: 'document', ids: ['d'] },
        ],
        [
          `${JSON.stringify({ attachments: [{ name: 'none' }, attachment] })}\t{}`,
          `${JSON.stringify({ attachments: [{ file_id: 'my file' }] })}\t{}`,
          `${JSON.stringify({ file_id: file })}\t{}`,
        ],
      ),
    );
    expect(await connection.count('file_reference')).toBe(2);
    expect(await connection.quarantine()).toEqual([
      expect.objectContaining({
        external_id: 'wrong',
        reason: expect.stringContaining('attachments.file_id'),
      }),
    ]);
  });
});
