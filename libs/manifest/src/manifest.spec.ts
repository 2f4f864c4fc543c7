import { readFileSync } from 'node:fs';
import { ManifestError, readManifest, readStoredManifest, validateManifest } from './index.ts';

const seed = (name: string): string =>
  readFileSync(new URL(`../vectors/seed-${name}.plugin.json.txt`, import.meta.url), 'utf8');

const graph = JSON.parse(seed('ms-graph')) as Record<string, unknown>;
const firstError = (changes: object): string | undefined =>
  validateManifest({ ...graph, ...changes }).errors[0];

describe('the manifests of the plugin guide', () => {
  it.each(['ms-graph', 'twilio'])('%s is valid byte for byte', (name) => {
    expect(validateManifest(JSON.parse(seed(name)))).toEqual({ valid: true, errors: [] });
    expect(readManifest(seed(name)).version).toBe('0.1.0');
  });
});

describe('validateManifest', () => {
  it('accepts every optional field', () => {
    expect(
      validateManifest({
        ...graph,
        permissions: ['network:inbound'],
        description: 'Two\nlines.',
        author: 'Ann',
        license: 'Apache-2.0',
        homepage: 'https://example.com/plugins',
        icon: 'data:image/png;base64,iVBORw0KGgo=',
        runtime: 'javascript',
        apiVersion: 1,
        schedule: '*/15 * * * *',
        checkpointVersion: 3,
        migratesCheckpointsFrom: 2,
        schedulePolicy: { overlap: 'queue', catchUp: 'none', jitterSeconds: 120 },
        requestBudget: { requests: 100, perSeconds: 60 },
        oauth: {
          flow: 'authorization_code',
          authorizationUrl: 'https://login.example.com/common/oauth2/v2.0/authorize?prompt=consent',
          tokenUrl: 'https://login.example.com/common/oauth2/v2.0/token',
          scopes: ['https://graph.example.com/Contacts.Read', 'offline_access'],
          tokenProperty: 'accessToken',
        },
        webhooks: [
          { verify: 'microsoft-graph', secret: 'accessToken' },
          { name: 'open', verify: 'none', description: 'unsigned' },
        ],
        scaling: { min: 0, max: 4, concurrency: 2, targetWaitSeconds: 30, idleSeconds: 300 },
        limits: { memoryMb: 128 },
        actions: [{ name: 'send_fax', description: 'Sends a fax.' }],
      }),
    ).toEqual({ valid: true, errors: [] });
  });

  it('names every fault, its place and what is wanted', () => {
    const { errors } = validateManifest({ ...graph, id: 'Com_Example', type: 'x', colour: 'red' });
    expect(errors).toEqual([
      expect.stringContaining(
        'plugin.json has the unknown field "colour"; the fields are id, name, version,',
      ) as string,
      expect.stringMatching(/^id must match: reverse-DNS name/u) as string,
      'type must be one of ["connector","channel","operator"]',
    ]);
  });

  it('tells faults of permissions beside those of the form', () => {
    const { errors } = validateManifest({ ...graph, version: '1', permissions: [7, 'data:eat:x'] });
    expect(errors).toEqual([
      expect.stringContaining('version must match') as string,
      expect.stringContaining('permissions[0] must be string') as string,
      expect.stringContaining('permissions[1]: permission "data:eat:x"') as string,
    ]);
  });

  it.each(['id', 'name', 'version', 'type', 'entrypoint', 'permissions', 'configSchema'])(
    'asks for %s',
    (field) => {
      expect(firstError({ [field]: undefined })).toBe(`plugin.json lacks "${field}"`);
    },
  );

  it.each(['com.example.my-connector', 'phaxio', 'a', `${'a'.repeat(63)}.${'b'.repeat(60)}`])(
    'accepts the id %s',
    (id) => {
      expect(firstError({ id })).toBeUndefined();
    },
  );

  it.each([
    '',
    'com_example',
    'Com.example',
    'com..example',
    '.com',
    'com.',
    'a'.repeat(64),
    '-a.b',
  ])('refuses the id "%s"', (id) => {
    expect(firstError({ id })).toMatch(/^id must/u);
  });

  it.each(['1.2.3', '0.0.0', '1.0.0-alpha.1', '1.0.0-x-y.7'])(
    'accepts the version %s',
    (version) => {
      expect(firstError({ version })).toBeUndefined();
    },
  );

  it.each(['1', '1.2', 'v1.2.3', '01.2.3', '1.2.3-', '1.2.3-01', '1.2.3-a..b', '1.2.3+build'])(
    'refuses the version %s',
    (version) => {
      expect(firstError({ version })).toMatch(/^version must match: semantic version/u);
    },
  );

  it.each(['./index.ts', 'index.ts', './src/index.mjs', 'plugin.py', './a.b/c-d_e.json'])(
    'accepts the entrypoint %s',
    (entrypoint) => {
      expect(firstError({ entrypoint })).toBeUndefined();
    },
  );

  it.each(['../index.ts', './a/../b.ts', '/etc/x.ts', './index', 'a//b.ts', 'c:\\x.ts', './.x.ts'])(
    'refuses the entrypoint %s',
    (entrypoint) => {
      expect(firstError({ entrypoint })).toMatch(/^entrypoint must match/u);
    },
  );

  it.each([
    [
      'names the permission',
      { permissions: ['network:inbound', 'disk:write:/'] },
      /^permissions\[1\]: permission "disk:write:\/": write network/u,
    ],
    [
      'refuses a permission that is no string',
      { permissions: [7] },
      /^permissions\[0\] must be string/u,
    ],
    [
      'refuses a permission given twice',
      { permissions: ['network:inbound', 'network:inbound'] },
      /^permissions must NOT have duplicate/u,
    ],
    [
      'refuses inbound for operators',
      { type: 'operator', permissions: ['network:inbound'] },
      /^permissions: network:inbound/u,
    ],
    ['refuses a line break in a name', { name: 'a\nb' }, /^name must match/u],
    ['refuses NUL', { description: 'a\0b' }, /^description holds a NUL/u],
    ['refuses half a surrogate pair', { author: '\ud800' }, /^author holds half/u],
    [
      'refuses __proto__',
      { configSchema: JSON.parse('{"properties":{"__proto__":{}}}') as object },
      /^configSchema\.properties has the key "__proto__"/u,
    ],
    [
      'refuses names that a terminal would obey',
      { configSchema: { properties: { 'tenant\u001b[2K\u009b1A': { type: 'string' } } } },
      /^configSchema\.properties has a key with a control character/u,
    ],
    [
      'refuses a field unknown to a section',
      { scaling: { maximum: 3 } },
      /^scaling has the unknown field "maximum"; the fields are min, max/u,
    ],
    ['compares the scaling limits', { scaling: { min: 3, max: 2 } }, /^scaling\.min/u],
    ['wants inbound for webhooks', { webhooks: [{ verify: 'none' }] }, /^webhooks need/u],
    [
      'refuses a token URL without TLS',
      { oauth: { flow: 'client_credentials', tokenUrl: 'http://login.example.com/token' } },
      /^oauth\.tokenUrl must match/u,
    ],
    [
      'refuses another flow',
      { oauth: { flow: 'password', tokenUrl: 'https://login.example.com/token' } },
      /^oauth\.flow must be/u,
    ],
    [
      'refuses two scopes in one',
      {
        oauth: {
          flow: 'client_credentials',
          tokenUrl: 'https://login.example.com/token',
          scopes: ['a b'],
        },
      },
      /^oauth\.scopes\[0\]/u,
    ],
    [
      'refuses to migrate checkpoints from what is no earlier version',
      { checkpointVersion: 2, migratesCheckpointsFrom: 2 },
      /^migratesCheckpointsFrom must be less than checkpointVersion/u,
    ],
    [
      'refuses to migrate checkpoints to the first version',
      { migratesCheckpointsFrom: 1 },
      /^migratesCheckpointsFrom must be less/u,
    ],
    ['refuses a date as schedule', { schedule: '2027-01-01T00:00:00' }, /^schedule must match/u],
    [
      'refuses to run beside itself',
      { schedulePolicy: { overlap: 'parallel' } },
      /^schedulePolicy\.overlap must be one of \["skip","queue"\]/u,
    ],
    ['refuses half a budget', { requestBudget: { requests: 5 } }, /requestBudget .*"perSeconds"/u],
    ['refuses http for the homepage', { homepage: 'javascript:alert(1)' }, /^homepage must match/u],
    ['refuses a scripted icon', { icon: 'https://example.com/a.png' }, /^icon must match/u],
  ])('%s', (_name, changes, message) => {
    expect(firstError(changes)).toMatch(message);
  });

  it.each([null, [], 'text', 42])('refuses %j as a whole', (value) => {
    expect(validateManifest(value)).toEqual({
      valid: false,
      errors: ['plugin.json must be object'],
    });
  });

  it('survives an object that holds itself', () => {
    const loop: Record<string, unknown> = { ...graph };
    loop['configSchema'] = loop;
    expect(validateManifest(loop).errors[0]).toContain('nested deeper');
  });
});

describe('configSchema of a manifest', () => {
  it.each([
    ['an unknown type', { type: 'nothing' }, /configSchema cannot be used: schema is invalid/u],
    [
      'a pattern that is none',
      { properties: { a: { pattern: '(' } } },
      /Invalid regular expression/u,
    ],
    [
      'a reference to another document',
      { $ref: 'https://example.com/s.json' },
      /can't resolve reference/u,
    ],
    ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, /draft 2020-12/u],
    ['an async schema', { $async: true, type: 'object' }, /\$async/u],
    ['more than 64 KiB', { description: 'x'.repeat(70_000) }, /65536 characters/u],
  ])('must not be %s', (_name, configSchema, message) => {
    expect(firstError({ configSchema })).toMatch(message);
  });
});

describe('readManifest', () => {
  it('says that a text is not JSON', () => {
    expect(() => readManifest('{')).toThrow(/plugin.json: it is not JSON/u);
  });

  it('lists all faults in the error', () => {
    const faults = (): unknown => {
      try {
        return readManifest('{"id":"a","name":"A"}');
      } catch (error) {
        return error instanceof ManifestError ? error.members.errors.length : error;
      }
    };
    expect(faults()).toBe(5);
  });
});

describe('readStoredManifest', () => {
  it('reads what readManifest reads', () => {
    expect(readStoredManifest(seed('twilio'))).toEqual(readManifest(seed('twilio')));
  });

  it('does not compile configSchema again', () => {
    const configSchema = { $ref: 'https://example.com/elsewhere.json' };
    const text = JSON.stringify({ ...graph, configSchema });
    expect(() => readManifest(text)).toThrow(ManifestError);
    expect(readStoredManifest(text).configSchema).toEqual(configSchema);
  });

  it.each(['{', '[]', '{"id":"a"}'])('refuses %s', (text) => {
    expect(() => readStoredManifest(text)).toThrow(ManifestError);
  });
});
