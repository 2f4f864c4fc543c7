import { createHash } from 'node:crypto';
import { Egress } from '@made-open/egress';
import { parseGrants } from '@made-open/manifest';
import {
  PlatformData,
  type EntityPage,
  type EntityQuery,
  type SavedCheckpoint,
} from './platform-data.ts';
import { TrialFiles } from '../trial/trial-files.ts';
import { PluginHost } from './plugin-host.ts';

class Data extends PlatformData {
  readonly queries: EntityQuery[] = [];
  saved: SavedCheckpoint = { stateJson: '', runId: '' };

  override query(query: EntityQuery): Promise<EntityPage> {
    this.queries.push(query);
    return Promise.resolve({ entities: [{ id: 'p1' }], nextCursor: 'c2' });
  }

  override checkpoint(): Promise<SavedCheckpoint> {
    return Promise.resolve(this.saved);
  }
}

const grants = parseGrants(['data:read:persons', 'event:publish:connector.*']);

describe('PluginHost', () => {
  let data: Data;
  let denied: string[];
  let host: PluginHost;

  beforeEach(() => {
    data = new Data();
    denied = [];
    host = new PluginHost({
      runId: 'run-1',
      grants,
      egress: new Egress({ grants }),
      data,
      files: new TrialFiles(),
      signal: new AbortController().signal,
      onLog: () => undefined,
      onDenied: (code) => denied.push(code),
    });
  });

  const ask = async (method: string, args: unknown): Promise<Record<string, unknown>> =>
    JSON.parse((await host.call(method, JSON.stringify(args))).text) as Record<string, unknown>;

  it('queries what was approved, with bounds', async () => {
    const query = { where: { name: 'A' }, orderBy: 'name', limit: 9999, cursor: 'c', other: 1 };
    expect(await ask('query', { table: 'persons', query })).toEqual({
      ok: true,
      value: { entities: [{ id: 'p1' }], nextCursor: 'c2' },
    });
    await ask('query', { table: 'persons' });
    expect(data.queries).toEqual([
      { table: 'persons', where: { name: 'A' }, orderBy: 'name', limit: 500, cursor: 'c' },
      { table: 'persons', limit: 100 },
    ]);
    expect(await ask('getById', { table: 'persons', id: 'p1' })).toMatchObject({
      value: { id: 'p1' },
    });
  });

  it('saves files that the plugin has made, and counts their bytes', async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(
      await ask('saveFile', { name: 'a/b.txt', contentType: 'text/plain', body: 'Ada' }),
    ).toEqual({
      ok: true,
      value: { file_id: sha256('Ada'), name: 'a_b.txt', mime_type: 'text/plain', size_bytes: 3 },
    });
    expect(await ask('saveFile', { name: 'c', body: 'QWRh', isBytes: true })).toMatchObject({
      value: { file_id: sha256('Ada'), mime_type: 'application/octet-stream' },
    });
    expect([host.takeFileBytes(), host.takeFileBytes()]).toEqual([6, 0]);
    for (const wrong of [{ body: 'Ada' }, { name: 'a' }, { name: 'a', body: 7 }])
      expect(await ask('saveFile', wrong)).toMatchObject({ ok: false, code: 'files.invalid' });
  });

  it.each([
    ['query', { table: 'messages' }, 'data:read:messages'],
    ['getById', { table: 'messages', id: 'x' }, 'data:read:messages'],
    ['checkEvent', 'data.PersonCreated', 'event:publish:data.PersonCreated'],
    ['checkEvent', 7, 'event:publish:'],
  ])('denies %s of %j by name', async (method, args, needed) => {
    expect(await ask(method, args)).toEqual({
      ok: false,
      code: 'capability.denied',
      message: expect.stringContaining(`"${needed}"`),
    });
    expect(denied).toEqual(['capability.denied']);
    expect(data.queries).toEqual([]);
  });

  it('denies hosts that nobody approved', async () => {
    expect(await ask('http', { url: 'https://undeclared.example/' })).toMatchObject({
      ok: false,
      code: 'egress.host_not_granted',
    });
    expect(denied).toEqual(['egress.host_not_granted']);
  });

  it('knows a run that goes on from an earlier one, and one that goes on from itself', async () => {
    expect(await ask('getCheckpoint', null)).toEqual({ ok: true, value: null });
    data.saved = { stateJson: '{"state":{"page":2},"partial":false}', runId: 'run-1' };
    expect(await ask('getCheckpoint', null)).toEqual({
      ok: true,
      value: { state: { page: 2 }, partial: false },
    });
    expect(host.isPartial).toBe(false);
    data.saved = { stateJson: '{"state":1,"partial":true}', runId: 'run-1' };
    await ask('getCheckpoint', null);
    expect(host.isPartial).toBe(true);
  });

  it('knows a run that begins again from nothing, and one that goes on behind such a beginning', async () => {
    data.saved = { stateJson: '{"state":1,"partial":false}', runId: 'earlier' };
    await ask('getCheckpoint', null);
    await ask('resetCheckpoint', null);
    expect(host.isPartial).toBe(false);
    data.saved = { stateJson: '{"state":null,"partial":false}', runId: 'earlier' };
    expect(await ask('getCheckpoint', null)).toEqual({ ok: true, value: null });
    expect(host.isPartial).toBe(false);
  });

  it.each([
    ['a call it does not have', 'constructor', {}, 'host.unknown_call'],
    ['arguments that are no object', 'query', [1], 'host.unknown_call'],
    [
      'arguments too deep',
      'query',
      Array.from({ length: 100 }).reduce((inner) => [inner], 1),
      'sandbox.too_deep',
    ],
  ])('refuses %s', async (_, method, args, code) => {
    expect(await ask(method, args)).toMatchObject({ ok: false, code });
  });

  it('never rejects, also when the arguments are no JSON', async () => {
    expect(JSON.parse((await host.call('query', '{')).text)).toMatchObject({ ok: false });
  });
});
