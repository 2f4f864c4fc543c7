import { Manager } from '../platform/manager.ts';

let manager: Manager;
const ada = '01900000-0000-7000-8000-00000000000a';
const countess = '01900000-0000-7000-8000-00000000000b';
const other = '01900000-0000-7000-8000-00000000000c';

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());
beforeEach(() => {
  manager.fakes.people.clear();
  for (const id of [ada, countess]) manager.fakes.people.set(id, { personId: ada, rule: 'email' });
  manager.fakes.people.set(other, { personId: other, rule: '' });
});

const audit = async () => (await manager.get('/audit?limit=1')).body['data'];

it('shows which records are of one person', async () => {
  const { body } = await manager.get(`/persons/${countess}`);
  expect(body).toEqual({
    person_id: ada,
    records: [
      { entity_id: ada, rule: 'email' },
      { entity_id: countess, rule: 'email' },
    ],
  });
  expect(await manager.get('/persons/nobody')).toMatchObject({
    status: 404,
    body: { code: 'person.not_found' },
  });
  expect((await manager.get(`/persons/${ada}?space_id=other`)).status).toBe(404);
  expect((await manager.get(`/persons/${ada}?space_id=NO`)).status).toBe(400);
});

it('links records and takes links apart, and notes who did', async () => {
  const linked = await manager.post('/persons/link', { records: [ada, other] });
  expect(linked.body['data']).toMatchObject([{ person_id: ada }]);
  expect(await audit()).toMatchObject([
    { action: 'person.link', target: `default ${ada} ${other}`, outcome: 'done' },
  ]);
  const apart = await manager.post('/persons/unlink', { records: [other] });
  expect(apart.body['data']).toEqual([
    { person_id: other, records: [{ entity_id: other, rule: '' }] },
  ]);
});

it.each([
  ['one record alone', '/persons/link', { records: [ada] }, 422],
  ['a record twice', '/persons/link', { records: [ada, ada] }, 422],
  ['no id', '/persons/unlink', { records: ['ada'] }, 422],
  ['a record that is not there', '/persons/unlink', { records: [ada.replace('a', 'f')] }, 400],
])('does not decide about %s', async (_, path, body, status) => {
  expect((await manager.post(path, body)).status).toBe(status);
});

it('erases a person step by step, mentions too when it is told to', async () => {
  const erase = () => manager.post(`/persons/${ada}/erase`, { with_mentions: true });
  expect((await erase()).body).toEqual({ done: false, erased: 6 });
  expect(await audit()).toMatchObject([
    { action: 'person.erase', target: `default ${ada}: 6, more`, outcome: 'done' },
  ]);
  expect((await erase()).body).toEqual({ done: true, erased: 6 });
  expect((await erase()).body).toEqual({ done: true, erased: 0 });
  expect((await manager.get(`/persons/${ada}`)).status).toBe(404);
  expect((await manager.get(`/persons/${other}`)).status).toBe(200);
});

it('exports the records of a person to the letter, and notes it', async () => {
  const first = await manager.get(`/persons/${ada}/export`);
  expect(first.headers.get('content-type')).toMatch(/^application\/json/u);
  expect(first.text).toContain(`{"kind":"person","record":{"id":"${ada}"`);
  expect(first.text).toContain('12345678901234567890');
  expect(await audit()).toMatchObject([{ action: 'person.export', target: `default ${ada}` }]);
  const cursor = String(first.body['next_cursor']);
  const second = await manager.get(`/persons/${ada}/export?cursor=${cursor}`);
  expect(second.body).toMatchObject({ data: [{ record: { id: countess } }], next_cursor: null });
  expect((await manager.get(`/persons/${ada}/export?cursor=%25`)).status).toBe(400);
});

it('exports a connection, and none that is not there', async () => {
  const connection = await manager.connect(await manager.install());
  const seen: unknown[] = [];
  let query = '';
  do {
    const { body } = await manager.get(`/connections/${connection}/export${query}`);
    seen.push(...(body['data'] as unknown[]));
    const next = body['next_cursor'];
    query = typeof next === 'string' ? `?cursor=${next}` : '';
  } while (query !== '');
  expect(seen).toHaveLength(3);
  expect((await manager.get('/connections/none/export')).status).toBe(404);
});

it('goes on behind a record with the longest id that a source may give', async () => {
  const long = Buffer.from(JSON.stringify([3, '文'.repeat(512)])).toString('base64url');
  manager.fakes.people.clear();
  for (const id of [long, other]) manager.fakes.people.set(id, { personId: ada, rule: 'email' });
  const first = await manager.get(`/persons/${ada}/export`);
  const cursor = String(first.body['next_cursor']);
  expect(await manager.get(`/persons/${ada}/export?cursor=${cursor}`)).toMatchObject({
    status: 200,
    body: { data: [{ record: { id: other } }], next_cursor: null },
  });
});

it('lets nobody erase who may only look, nor look who may only erase', async () => {
  const looks = await manager.key(['admin:data:read', 'admin:data:write']);
  const erases = await manager.key(['admin:data:erase']);
  expect((await manager.post(`/persons/${ada}/erase`, {}, { key: looks })).status).toBe(403);
  expect((await manager.get(`/persons/${ada}/export`, { key: erases })).status).toBe(403);
  expect(manager.fakes.people.size).toBe(3);
});
