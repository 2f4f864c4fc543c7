import { createHash } from 'node:crypto';
import type { ConnectorDataItem, ConnectorPlugin, FileHandle, HostContext } from '../index.ts';
import { paginate, withRetry } from '../index.ts';
import { connectorChecks, readCassette } from './index.ts';

const url = 'https://api.example.com/contacts';
const headers = { 'content-type': 'application/json' };
const page = (address: string, body: unknown) => ({
  request: { method: 'GET', url: address },
  response: { status: 200, headers, body: JSON.stringify(body) },
});
const cassette = readCassette(
  JSON.stringify({
    version: 1,
    exchanges: [
      page(url, {
        contacts: [
          { id: '1', name: 'Ada' },
          { id: '2', name: 'Bob' },
        ],
        next: 'b',
      }),
      page(`${url}?cursor=b`, { contacts: [{ id: '3', name: 'Cleo' }] }),
    ],
  }),
);
const manifest = {
  id: 'com.example.a',
  name: 'A',
  version: '1.0.0',
  type: 'connector',
  entrypoint: './index.ts',
  permissions: ['network:outbound:api.example.com', 'data:write:persons'],
  configSchema: { type: 'object' },
};

interface Page {
  contacts: { id: string; name: string }[];
  next?: string;
}

const map = (raw: unknown): ConnectorDataItem => {
  const { id, name } = raw as Page['contacts'][number];
  return { type: 'person', externalId: id, data: { display_name: name }, raw };
};

type Sync = (context: HostContext) => AsyncGenerator<ConnectorDataItem>;

async function* right({ http }: HostContext): AsyncGenerator<ConnectorDataItem> {
  yield* paginate(async (cursor) => {
    const { contacts, next } = (await withRetry(
      () => http.get(cursor === undefined ? url : `${url}?cursor=${cursor}`),
      3,
      1,
    )) as Page;
    return { items: contacts.map(map), nextCursor: next };
  });
}

const kept: FileHandle[] = [];

async function photoOf({ http }: HostContext): Promise<FileHandle> {
  const request = { url, saveAs: { contentType: 'image/png' } };
  const { file, status } = await http.request(request);
  if (file === undefined) throw Object.assign(new Error('no photo'), { status });
  return file;
}

/** The handle is in `raw`, so that a remap finds it again. */
const mapWithPhoto = (raw: unknown): ConnectorDataItem => {
  const item = map(raw);
  const { photo } = raw as { photo: string };
  return { ...item, data: { ...item.data, photo_file_id: photo } };
};

/** Names a photo with each contact, and keeps a text of its own. */
async function* withFiles(context: HostContext): AsyncGenerator<ConnectorDataItem> {
  const photo = await withRetry(() => photoOf(context), 3, 1);
  const note = await context.files.save({ name: 'note.txt', body: 'Ada' });
  kept.push(photo, note);
  for await (const { raw } of right(context))
    yield mapWithPhoto({ ...(raw as object), photo: photo.file_id });
}

/** What each check said of a plugin: passed, why it was left out, or why it failed. */
async function resultsOf(
  sync: Sync,
  { mapToUnifiedModel = map, ...changes }: Partial<ConnectorPlugin> & Record<string, unknown> = {},
): Promise<Record<string, string>> {
  const plugin: ConnectorPlugin = {
    id: manifest.id,
    sync: sync as ConnectorPlugin['sync'],
    mapToUnifiedModel,
  };
  const checks = connectorChecks({
    plugin,
    manifest: { ...manifest, ...changes },
    cassette,
    config: {},
  });
  const results: Record<string, string> = {};
  for (const { name, run } of checks)
    results[name] = await run().then(
      (skipped) => skipped ?? 'passed',
      (error: Error) => `failed: ${error.message}`,
    );
  return results;
}

async function failuresOf(...given: Parameters<typeof resultsOf>): Promise<string[]> {
  const results = Object.entries(await resultsOf(...given));
  return results
    .filter(([, result]) => result.startsWith('failed'))
    .map(([name, result]) => `${name} ${result}`);
}

describe('connectorChecks', () => {
  it('pass a connector as the guide makes it, and say what there was not to check', async () => {
    const results = await resultsOf(right);
    expect(Object.values(results).filter((result) => result === 'passed')).toHaveLength(12);
    expect(results['checkpoints are small enough, and none skips items']).toContain(
      'no checkpoint',
    );
  });

  it('keep files as the platform does', async () => {
    expect(await failuresOf(withFiles, { mapToUnifiedModel: mapWithPhoto })).toEqual([]);
    expect(kept.slice(0, 2)).toEqual([
      expect.objectContaining({ name: 'contacts', mime_type: 'image/png' }),
      {
        file_id: createHash('sha256').update('Ada').digest('hex'),
        name: 'note.txt',
        mime_type: 'application/octet-stream',
        size_bytes: 3,
      },
    ]);
  });

  it('name a field that does not fit, a missing permission and a manifest that is not valid', async () => {
    const wrong = (raw: unknown): ConnectorDataItem => ({
      ...map(raw),
      data: { emails: 'ada@example.com' },
    });
    async function* sync(context: HostContext) {
      for await (const { raw } of right(context)) yield wrong(raw);
    }
    const failures = await failuresOf(sync, {
      mapToUnifiedModel: wrong,
      permissions: [],
      version: 'x',
    });
    expect(failures).toEqual([
      expect.stringContaining('version must'),
      expect.stringMatching(/item "1".*data:write:persons.*data\.emails must be array/u),
    ]);
  });

  it('find ids that are used twice, and data that is another each time', async () => {
    let count = 0;
    async function* sync(context: HostContext) {
      for await (const item of right(context))
        yield { ...item, externalId: 'same', data: { ...item.data, nickname: String(count++) } };
    }
    const failures = await failuresOf(sync);
    expect(failures).toEqual([
      expect.stringContaining('"same" comes twice'),
      expect.stringContaining('different the second time'),
      expect.stringContaining('mapToUnifiedModel(raw) gives something else'),
    ]);
  });

  it('find a sync that swallows faults and loses items by it', async () => {
    async function* sync(context: HostContext) {
      try {
        yield* right(context);
      } catch {
        context.logger.warn('given up');
      }
    }
    const swallowing: Sync = async function* (context) {
      const http = {
        ...context.http,
        get: (address: string) => context.http.get(address).catch(() => ({ contacts: [] })),
      };
      yield* right({ ...context, http });
    };
    // Retried until it works: nothing is lost but by the cut answer, which is not repeated forever.
    expect(await failuresOf(sync)).toEqual([]);
    const failures = await failuresOf(swallowing);
    expect(failures.map((failure) => failure.split(' failed')[0])).toEqual([
      'nothing is lost when the source answers 429',
      'nothing is lost when the source answers 500',
      'nothing is lost when the source resets the connection',
      'nothing is lost when the source cuts its answer off',
    ]);
  });

  it('want a 429 to reach the platform as what it is', async () => {
    const hiding: Sync = async function* (context) {
      const fail = () => Promise.reject(new Error('no luck'));
      const http = {
        ...context.http,
        get: (address: string) => context.http.get(address).catch(fail),
      };
      let once = true;
      for (const address of [url, `${url}?cursor=b`]) {
        const { contacts } = (await http.get(address)) as Page;
        for (const raw of contacts) yield map(raw);
        once = false;
      }
      if (once) yield* right(context);
    };
    expect(await failuresOf(hiding)).toEqual([expect.stringContaining('let the HttpError')]);
  });

  it('find a checkpoint that skips items, and accept one that does not', async () => {
    const resuming = (skip: number): Sync =>
      async function* ({ http, checkpoint }) {
        const from = ((await checkpoint.get()) as number | null) ?? 0;
        const addresses = [url, `${url}?cursor=b`];
        for (const [index, address] of addresses.entries()) {
          if (index < from) continue;
          const { contacts } = (await withRetry(() => http.get(address), 3, 1)) as Page;
          for (const raw of contacts) yield map(raw);
          await checkpoint.save(index + skip);
        }
      };
    expect(await failuresOf(resuming(1))).toEqual([]);
    expect(await failuresOf(resuming(2))).toEqual([
      expect.stringMatching(/checkpoints.*"3" is missing/u),
    ]);
  });

  it('end a sync that goes round in circles', async () => {
    const circling: Sync = async function* ({ http }) {
      for (;;) yield map(((await http.get(url)) as Page).contacts[0]);
    };
    expect((await failuresOf(circling))[0]).toContain('goes round in circles');
  });
});

describe('readCassette', () => {
  it.each(['', '[]', '{"version":1,"exchanges":[]}', '{"version":1,"exchanges":[{"request":{}}]}'])(
    'refuses %s',
    (text) => {
      expect(() => readCassette(text)).toThrow(/not JSON|version 1|exchanges\[0\]/u);
    },
  );
});
