import { create } from '@bufbuild/protobuf';
import { OutboundFaxStateSchema } from '@made-open/contracts';
import { StoreSentFax } from '../../src/communication/store-sent-fax.ts';
import { entityModels } from '../../src/entities/entity-model.ts';
import { EntityReader } from '../../src/entities/entity-reader.ts';
import type { TestConnection } from '../etl-fixture.ts';
import { bytes, FilesFixture } from '../files/files-fixture.ts';
import { ChannelFixture, channelGrants, emitted } from './channel-fixture.ts';

const grants = [...channelGrants, 'data:write:documents'];
const pdf = bytes('%PDF-1.7 a fax');
const time = '2026-01-31T09:05:00.000Z';

describe('faxes', () => {
  let files: FilesFixture;
  let channel: ChannelFixture;

  beforeAll(async () => {
    files = await FilesFixture.start();
    channel = new ChannelFixture(files.etl);
  });
  afterAll(async () => {
    await files?.stop();
  });

  const documents = async (spaceId: string) => {
    const reader = new EntityReader(files.etl.pool);
    const { entities } = await reader.list(entityModels.document, { spaceId, limit: 50 });
    return entities.map(({ origin, fields }) => ({ id: origin?.entityId, ...fields }));
  };
  const saved = (connection: TestConnection): Promise<string> => {
    const invocation = { epoch: 0, attempt: 1 };
    return files.save(connection, pdf, 'fax.pdf', invocation);
  };
  const received = (fileId: string, of: object = {}) =>
    emitted([
      'FaxReceived',
      {
        externalId: 'fx1',
        from: '+15550001',
        to: '+15559999',
        pages: 2,
        receivedAt: time,
        file: { file_id: fileId, name: 'fax.pdf', mime_type: 'application/pdf', size_bytes: 14 },
        station: 'ADA',
        ...of,
      },
    ]);

  it('that come in become a document with their file, and are told once', async () => {
    const { connection, spaceId } = await channel.connection({ grants });
    const fileId = await saved(connection);
    await connection.invoke('i1', received(fileId));
    await connection.invoke('i2', received(fileId));
    const [document, ...more] = await documents(spaceId);
    expect(more).toEqual([]);
    expect(document).toMatchObject({ title: 'Fax from +15550001', file_id: fileId });
    const told = await channel.told(connection, 'FaxReceived');
    expect(told).toHaveLength(1);
    expect(told[0]?.data).toMatchObject({
      external_id: 'fx1',
      from: '+15550001',
      pages: 2,
      document_id: document?.id,
      file: { file_id: fileId, name: 'fax.pdf' },
      attributes: { station: 'ADA' },
    });
    expect((await files.contentOf(spaceId, fileId)).equals(pdf)).toBe(true);
  });

  it('lead nobody to a file that the connection has not saved', async () => {
    const { connection } = await channel.connection({ grants });
    await connection.invoke('i1', received('f'.repeat(64)));
    const [told] = await channel.told(connection, 'FaxReceived');
    expect(told?.data).not.toHaveProperty('file');
  });

  it('are told without a document where the plugin may write none, and refused without a file', async () => {
    const { connection, spaceId } = await channel.connection();
    await connection.invoke('i1', received(await saved(connection)));
    await connection.invoke('i2', received('', { externalId: 'fx2' }));
    const told = await channel.told(connection, 'FaxReceived');
    expect(told.map(({ data }) => data['external_id'])).toEqual(['fx1']);
    expect(await documents(spaceId)).toEqual([]);
  });

  it('that were sent are kept as a document, which keeps the file', async () => {
    const { connection, spaceId } = await channel.connection();
    const fileId = await saved(connection);
    const store = new StoreSentFax(files.etl.database, () => undefined);
    const fax = create(OutboundFaxStateSchema, {
      outboundId: 'o1',
      connectionId: connection.id,
      to: '+442079460000',
      occurredAt: time,
      file: { fileId, name: 'letter.pdf', mimeType: 'application/pdf', sizeBytes: 14 },
    });
    await store.store(fax);
    await store.store(fax);
    expect(await documents(spaceId)).toMatchObject([
      { title: 'Fax to +442079460000', file_id: fileId },
    ]);
    await files.etl.pool.query(`update file_save set used_at = now() - interval '1 year'`);
    await files.files.removeUnused();
    expect((await files.contentOf(spaceId, fileId)).equals(pdf)).toBe(true);
  });

  it('are reported in their own words', async () => {
    const { connection } = await channel.connection();
    await connection.invoke(
      'i1',
      emitted(
        ['StatusReported', { externalId: 'j1', status: 'in_progress', pages: 2 }],
        ['FaxSucceeded', { externalId: 'j1' }],
        ['StatusReported', { externalId: 'j1', status: 'frobnicated' }],
      ),
    );
    const told = await channel.told(connection, 'StatusReported');
    expect(told.map(({ data }) => data['status'])).toEqual(['in_progress', 'succeeded']);
    expect(told[0]?.data).toMatchObject({ attributes: { pages: 2 } });
  });
});
