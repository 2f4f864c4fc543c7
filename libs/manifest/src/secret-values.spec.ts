import { secretValues } from './index.ts';

const valuesOf = (properties: object, config: Record<string, unknown>): unknown[] =>
  secretValues({ type: 'object', properties }, config);

describe('secretValues', () => {
  it.each([
    'accessToken',
    'refreshToken',
    'authToken',
    'apiKey',
    'api_key',
    'API-KEY',
    'clientSecret',
    'webhookSecret',
    'password',
    'passphrase',
    'privateKey',
    'credentials',
    'sessionCookie',
  ])('counts %s by its name, declared or not', (name) => {
    expect(valuesOf({ [name]: { type: 'string' } }, { [name]: 'v' })).toEqual([
      { field: name, value: 'v' },
    ]);
    expect(secretValues({}, { [name]: 'v' })).toEqual([{ field: name, value: 'v' }]);
  });

  it.each([
    'tenantId',
    'accountSid',
    'tokenUrl',
    'region',
    'accessKeyId',
    'tokenType',
    'name',
    'monkey',
    'baseUrl',
  ])('does not count %s, declared or not', (name) => {
    expect(valuesOf({ [name]: { type: 'string' } }, { [name]: 'v' })).toEqual([]);
    expect(secretValues({}, { [name]: 'v' })).toEqual([]);
  });

  it.each([
    { type: 'string', writeOnly: true },
    { type: 'string', format: 'password' },
    { anyOf: [{ type: 'null' }, { writeOnly: true }] },
  ])('counts a field marked %j', (schema) => {
    expect(valuesOf({ plain: schema }, { plain: 'v' })).toEqual([{ field: 'plain', value: 'v' }]);
  });

  it('finds the secrets of a group, and not their neighbours', () => {
    const login = { properties: { host: {}, pin: { writeOnly: true } } };
    const config = { login: { host: 'api.example.com', pin: 'p', password: 'q', more: [1] } };
    expect(valuesOf({ login }, config)).toEqual([
      { field: 'login', value: 'p' },
      { field: 'login', value: 'q' },
    ]);
  });

  it.each([
    [{ additionalProperties: { writeOnly: true } }, { x: 'v' }],
    [
      { properties: { a: {} }, patternProperties: { '^x': { writeOnly: true } } },
      { a: 1, x: 'v' },
    ],
    [{ if: {}, else: { properties: { x: { writeOnly: true } } } }, { x: 'v' }],
    [{ prefixItems: [{}, { writeOnly: true }] }, ['a', 'v']],
    [{ $ref: '#/$defs/group' }, { x: 'v', y: { x: 'v' } }],
  ])('finds what %j marks', (schema, value) => {
    const group = { properties: { x: { writeOnly: true }, y: { $ref: '#/$defs/group' } } };
    const found = secretValues({ properties: { f: schema }, $defs: { group } }, { f: value });
    expect(new Set(found.map((secret) => secret.value))).toEqual(new Set(['v']));
  });

  it('ends at a schema that refers to itself, or to nothing', () => {
    const properties = { f: { $ref: '#/properties/f' }, g: { $ref: '#/$defs/nothing' } };
    expect(valuesOf(properties, { f: { a: 1 }, g: 2 })).toEqual([]);
  });

  it('looks at a schema once at each level, however often it is referred to', () => {
    const both = [{ $ref: '#/$defs/deep' }, { properties: { a: { $ref: '#/$defs/deep' } } }];
    const deep = { anyOf: [...both, { properties: { a: { allOf: both } } }] };
    const value = Array.from({ length: 60 }).reduce((inner) => ({ a: inner }), { token: 'v' });
    const schema = { properties: { f: { $ref: '#/$defs/deep' } }, $defs: { deep } };
    expect(secretValues(schema, { f: value })).toEqual([{ field: 'f', value: 'v' }]);
  });

  it('looks into lists and alternatives', () => {
    const account = { properties: { code: { writeOnly: true } } };
    const accounts = { type: 'array', items: { oneOf: [account, { type: 'string' }] } };
    const config = { accounts: [{ code: 'a', name: 'n' }, { token: 'b' }, 'c'] };
    expect(valuesOf({ accounts }, config)).toEqual([
      { field: 'accounts', value: 'a' },
      { field: 'accounts', value: 'b' },
    ]);
  });
});
