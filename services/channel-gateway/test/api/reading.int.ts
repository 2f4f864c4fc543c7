import { EntityType } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../gateway.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await Gateway.start({ ANSWER_TIMEOUT_MS: '700', RATE_BURST: '1000' });
});
afterAll(() => gateway?.stop());
beforeEach(() => gateway.fakes.reset());

describe('reading entities', () => {
  it('gives an entity in snake_case with its origin', async () => {
    const { status, headers, body } = await gateway.get(
      `/v1/persons/${gateway.fakes.persons[2]?.id ?? ''}`,
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/u);
    expect(body).toEqual({
      id: '01930000-0000-7000-8000-000000000003',
      type: 'person',
      display_name: 'Person 3',
      tags: ['family'],
      emails: ['ada@example.com'],
      source: {
        connection_id: 'connection-1',
        plugin_id: 'com.example.contacts',
        external_id: 'external 01930000-0000-7000-8000-000000000003',
      },
      version: 3,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-02T00:00:00.000Z',
    });
  });

  it('answers 304 while the version is the same, and anew when it has changed', async () => {
    const path = `/v1/persons/${gateway.fakes.persons[0]?.id ?? ''}`;
    const first = await gateway.get(path);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"1\./u);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const same = await gateway.get(path, { headers: { 'If-None-Match': `"x", ${tag}` } });
    expect(same).toMatchObject({ status: 304, text: '' });
    expect(same.headers.get('etag')).toBe(tag);
    expect(same.headers.get('cache-control')).toBe('private, no-cache');
    Object.assign(gateway.fakes.persons[0] ?? {}, { version: 2 });
    const changed = await gateway.get(path, { headers: { 'If-None-Match': tag } });
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('tells which records are of one person, of the own space only', async () => {
    const [own = '', other = ''] = [2, 4].map((n) => gateway.fakes.persons[n]?.id ?? '');
    expect((await gateway.get(`/v1/persons/${own.toUpperCase()}/linked`)).body).toEqual({
      person_id: own,
      records: [{ id: own, linked_by: null, href: `/v1/persons/${own}` }],
    });
    for (const id of [other, 'nobody', '%00'])
      expect(await gateway.problem(`/v1/persons/${id}/linked`)).toMatchObject({
        status: 404,
        body: { code: 'entity.not_found' },
      });
  });

  it('gives the messages of a thread, and knows threads of messages only', async () => {
    const thread = "a '; thread + 1";
    await gateway.get(`/v1/messages?thread_id=${encodeURIComponent(thread)}`);
    expect(gateway.fakes.listed).toMatchObject([
      { type: EntityType.MESSAGE, where: { thread_id: thread } },
    ]);
    await gateway.get('/v1/conversations');
    expect(gateway.fakes.listed[1]).toMatchObject({ type: EntityType.CONVERSATION });
    expect(gateway.fakes.listed[1]?.where).toBeUndefined();
    for (const path of ['/v1/persons?thread_id=a', '/v1/messages?thread_id=a%00'])
      expect((await gateway.problem(path)).status).toBe(400);
  });

  it('gives pages until there are no more', async () => {
    const names: unknown[] = [];
    let cursor: unknown = '';
    do {
      const page = await gateway.get(`/v1/persons?limit=3&cursor=${String(cursor)}`);
      names.push(
        ...(page.body['data'] as Record<string, unknown>[]).map((row) => row['display_name']),
      );
      cursor = page.body['next_cursor'];
    } while (cursor !== null);
    expect(names).toEqual(['Person 1', 'Person 2', 'Person 3', 'Person 4']);
  });

  it('asks for what the parameters say', async () => {
    const query =
      'limit=200&connection=connection-1&updated_since=2026-01-01T01:00:00%2B01:00&tag=vip%201';
    expect(await gateway.get(`/v1/events?${query}`)).toMatchObject({
      status: 200,
      body: { data: [], next_cursor: null },
    });
    expect(gateway.fakes.listed).toMatchObject([
      {
        spaceId: 'default',
        type: EntityType.CALENDAR_EVENT,
        limit: 200,
        connectionId: 'connection-1',
        updatedSince: '2026-01-01T00:00:00.000Z',
        tag: 'vip 1',
      },
    ]);
  });

  it('shows nothing of another space, not even by its id', async () => {
    const foreign = gateway.fakes.persons[4]?.id ?? '';
    const unknown = await gateway.get(`/v1/persons/${randomUUID()}`);
    const hidden = await gateway.get(`/v1/persons/${foreign}`);
    expect(hidden.status).toBe(404);
    expect({ ...hidden.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    const key = await gateway.register('otherspace01', { spaceId: 'other' });
    expect(await gateway.get(`/v1/persons/${foreign}`, { key })).toMatchObject({ status: 200 });
    expect(
      await gateway.get(`/v1/persons/${gateway.fakes.persons[0]?.id ?? ''}`, { key }),
    ).toMatchObject({
      status: 404,
    });
    expect((await gateway.get('/v1/persons?space_id=default', { key })).status).toBe(400);
    const own = await gateway.get('/v1/search?q=person', { key });
    expect(own.body).toMatchObject({ total: 1, data: [{ id: foreign }] });
  });

  it.each(['x', '1', "'%20or%201=1", '..%2f..%2fmetrics', '9'.repeat(90), '%00'])(
    'has no entity with the id %s',
    async (id) => {
      expect(await gateway.get(`/v1/persons/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'entity.not_found' },
      });
    },
  );
});

describe('searching', () => {
  it('gives hits with the way to their entity', async () => {
    const { body } = await gateway.get('/v1/search?q=person&type=person,message&limit=100');
    expect(body).toMatchObject({ total: 4, next_cursor: null });
    expect((body['data'] as object[])[0]).toEqual({
      id: '01930000-0000-7000-8000-000000000001',
      type: 'person',
      title: 'Person 1',
      marked_title: '\uE000Person 1\uE001',
      snippet: '\uE000Person 1\uE001',
      score: 0.5,
      connection_id: 'connection-1',
      plugin_id: 'com.example.contacts',
      href: '/v1/persons/01930000-0000-7000-8000-000000000001',
    });
    expect(gateway.fakes.searched).toMatchObject([
      { spaceId: 'default', query: 'person', types: [1, 2], limit: 100 },
    ]);
  });

  it.each(["'; drop table x; --", '<script>', '%', '\\', 'a\u0000b', '${7*7}', '😀 a', '../../..'])(
    'takes %j as text',
    async (query) => {
      const { status } = await gateway.get(`/v1/search?q=${encodeURIComponent(query)}`);
      const hasWord = /[\p{L}\p{N}]/u.test(query);
      expect(status).toBe(hasWord ? 200 : 400);
      expect(gateway.fakes.searched.map((request) => request.query)).toEqual(
        hasWord ? [query] : [],
      );
    },
  );
});

describe('problems', () => {
  it('name every wrong parameter', async () => {
    const { status, body } = await gateway.problem('/v1/persons?limit=0&limt=1&cursor=a&cursor=b');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'request.parameters_invalid',
      instance: '/v1/persons',
      errors: [
        { parameter: 'limit', detail: 'must be a whole number from 1 to 200' },
        { parameter: 'cursor', detail: 'must be given once' },
        { parameter: 'limt' },
      ],
    });
    expect(gateway.fakes.listed).toEqual([]);
  });

  it.each([
    '/v1/search',
    '/v1/search?q=a&limit=101',
    '/v1/search?q=a&q=b',
    '/v1/search?q[]=a',
    '/v1/search?q=a&__proto__=1',
    '/v1/search?q=a&type=events',
    `/v1/search?q=${'a'.repeat(501)}`,
    '/v1/persons?limit=201',
    '/v1/persons?updated_since=yesterday',
    "/v1/persons?connection=x'--",
    '/v1/documents?constructor=1',
  ])('refuse %s', async (path) => {
    expect(await gateway.problem(path)).toMatchObject({
      status: 400,
      body: { code: 'request.parameters_invalid' },
    });
  });

  it('pass on what etl refuses, and hide its faults', async () => {
    expect(await gateway.problem('/v1/persons?cursor=bad')).toMatchObject({
      status: 400,
      body: { code: 'etl.invalid_request' },
    });
    expect((await gateway.problem('/v1/persons?cursor=bug')).status).toBe(500);
  });

  it('tell of unknown routes and methods', async () => {
    for (const path of ['/v1', '/v1/nothing', '/v2/persons', '/v1/persons/a/b', '/admin/v1/keys'])
      expect(await gateway.problem(path)).toMatchObject({
        status: 404,
        body: { code: 'http.not_found' },
      });
    const response = await fetch(`http://127.0.0.1:${String(gateway.service.port)}/v1/persons`, {
      method: 'DELETE',
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
  });

  it('tell when nobody answers, and when to ask again', async () => {
    gateway.fakes.etl.off('cmd.etl.ListEntities');
    const { status, headers, body, text } = await gateway.problem('/v1/persons');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('2');
    expect(body).toMatchObject({ code: 'gateway.unavailable' });
    expect(text).not.toMatch(/etl|cmd\./u);
    gateway.fakes.answerAsEtl();
    await eventually(async () => expect((await gateway.get('/v1/persons')).status).toBe(200));
  });
});
