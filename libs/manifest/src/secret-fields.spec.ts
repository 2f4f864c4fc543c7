import { isSecretField, secretFields } from './index.ts';

const schemaOf = (properties: object): Record<string, unknown> => ({ type: 'object', properties });

describe('secretFields', () => {
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
  ])('counts %s by its name', (name) => {
    expect(secretFields(schemaOf({ [name]: { type: 'string' } }))).toEqual([name]);
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
  ])('does not count %s', (name) => {
    expect(secretFields(schemaOf({ [name]: { type: 'string' } }))).toEqual([]);
  });

  it.each([
    { type: 'string', writeOnly: true },
    { type: 'string', format: 'password' },
    { type: 'object', properties: { inner: { writeOnly: true } } },
    { type: 'array', items: { type: 'object', properties: { token: {} } } },
    { anyOf: [{ type: 'null' }, { writeOnly: true }] },
  ])('counts a field marked %j', (schema) => {
    expect(secretFields(schemaOf({ plain: schema }))).toEqual(['plain']);
  });

  it('is empty for a schema without properties', () => {
    expect(secretFields({})).toEqual([]);
  });
});

describe('isSecretField', () => {
  it('counts what is not declared', () => {
    const schema = schemaOf({ region: {} });
    expect([isSecretField(schema, 'region'), isSecretField(schema, 'other')]).toEqual([
      false,
      true,
    ]);
  });
});
