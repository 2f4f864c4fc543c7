import { eventually } from '@made-open/testing';
import { createHash, randomBytes } from 'node:crypto';
import type { Entity, Page } from './platform/api-client.ts';
import { connect, install, settledRun } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';
import { hostilePlugin } from './sources/hostile-plugin.ts';
import { hostileHost } from './sources/hostile-source.ts';
import { ScriptedSource } from './sources/scripted-source.ts';

interface Task {
  readonly id: string;
  readonly state: string;
}

interface Exported {
  readonly kind: string;
  readonly record: Readonly<Record<string, unknown>>;
}

describe('a connector saves files, and clients read them', () => {
  // Three parts, and larger than what a sandbox is given of an answer at a time.
  const photo = randomBytes(1_300_000);
  const photoId = createHash('sha256').update(photo).digest('hex');
  let source: ScriptedSource;
  let story: Story;
  let connection: string;

  beforeAll(async () => {
    source = await ScriptedSource.start([hostileHost], ({ url }, response) => {
      if (url === '/ada.jpg') response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(photo);
      else response.writeHead(404).end();
    });
    story = await startStory({ [hostileHost]: source });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
  });

  const only = async (path: string): Promise<Entity> => {
    const [entity] = (await story.client.get<Page<Entity>>(path)).data;
    if (entity === undefined) throw new Error(`${path} is empty`);
    return entity;
  };
  const read = (id: unknown): Promise<Response> =>
    fetch(`${story.gatewayUrl}/files/${String(id)}`, {
      headers: { Authorization: `Bearer ${story.key}` },
    });
  const sha256 = (content: Uint8Array): string =>
    createHash('sha256').update(content).digest('hex');

  it('brings a photo from its source, and a text of its own', async () => {
    const { manifest, sources } = hostilePlugin('photographer');
    const asked: { permissions: string[] } = JSON.parse(manifest);
    const permissions = [...asked.permissions, 'data:write:messages'];
    const plugin = await install(story.admin, {
      manifest: JSON.stringify({ ...asked, permissions }),
      sources,
    });
    connection = await connect(story.admin, plugin, { apiKey: 'key-of-the-photographer' });
    const run = await settledRun(story.admin, connection);
    expect(run).toMatchObject({ state: 'completed', counts: { created: 2, quarantined: 0 } });
    const usage = run['usage'] as { bytes: number };
    expect(usage.bytes).toBeGreaterThan(photo.length);
  });

  it('names them in entities', async () => {
    expect(await only('/persons')).toMatchObject({
      photo_file_id: photoId,
      attributes: { status: [200, 404] },
    });
    expect(await only('/messages')).toMatchObject({
      attachments: [
        { name: 'note.txt', mime_type: 'text/plain', size_bytes: 10 },
        { file_id: photoId, name: 'ada.jpg', mime_type: 'image/jpeg', size_bytes: photo.length },
      ],
    });
  });

  it('gives them byte for byte', async () => {
    const response = await read(photoId);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('content-disposition')).toContain('attachment; filename="ada.jpg"');
    expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(photoId);
    const { attachments } = await only('/messages');
    const [note] = attachments as { file_id: string }[];
    expect(await (await read(note?.file_id)).text()).toBe('Ada äöü');
    expect((await read('0'.repeat(64))).status).toBe(404);
  });

  it('exports them with their connection', async () => {
    const records = await story.admin.all<Exported>(`/connections/${connection}/export`);
    const parts = records.filter(({ kind }) => kind === 'file');
    expect(new Set(parts.map(({ record }) => record['file_id'])).size).toBe(2);
    const content = parts
      .filter(({ record }) => record['file_id'] === photoId)
      .map(({ record }) => Buffer.from(String(record['content_base64']), 'base64'));
    expect(sha256(Buffer.concat(content))).toBe(photoId);
  });

  it('leaves nothing of them in the store when the connection is erased', async () => {
    expect(await story.messageCount('FILES')).toBe(4);
    const { body } = await story.admin.request('DELETE', `/connections/${connection}?data=erase`);
    const { id } = body as Task;
    await eventually(
      async () =>
        expect(await story.admin.get<Task>(`/tasks/${id}`)).toMatchObject({ state: 'done' }),
      { timeoutMs: 90_000 },
    );
    expect(await story.messageCount('FILES')).toBe(0);
    expect((await read(photoId)).status).toBe(404);
  });
});
