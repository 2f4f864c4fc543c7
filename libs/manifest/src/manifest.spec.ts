import { readManifest, validateConfig, validateManifest } from './index.ts';

const graph = {
  id: 'com.microsoft.graph',
  name: 'Microsoft Graph Connector',
  version: '0.1.0',
  type: 'connector',
  entrypoint: './index.ts',
  permissions: [
    'network:outbound:graph.microsoft.com',
    'event:publish:connector.*',
    'event:publish:data.*',
    'data:write:persons',
    'data:write:events',
  ],
  configSchema: {
    type: 'object',
    properties: { accessToken: { type: 'string' }, tenantId: { type: 'string' } },
    required: ['accessToken', 'tenantId'],
  },
};
const twilio = {
  ...graph,
  id: 'io.twilio.channel',
  type: 'channel',
  permissions: ['network:outbound:api.twilio.com', 'network:inbound', 'data:write:conversations'],
};

describe('validateManifest', () => {
  it.each([graph, twilio])('accepts $id', (manifest) => {
    expect(validateManifest(manifest)).toEqual({ valid: true, errors: [] });
  });

  it('names each fault, its place and what is wanted', () => {
    const { errors } = validateManifest({
      ...graph,
      id: 'Com_Example',
      type: 'thing',
      colour: 'red',
    });
    expect(errors).toEqual([
      'the object has the unknown field "colour"',
      expect.stringContaining('id must match pattern') as string,
      'type must be one of ["connector","channel","operator"]',
    ]);
  });

  it('names a permission outside the grammar', () => {
    expect(validateManifest({ ...graph, permissions: ['disk:write:/'] }).errors[0]).toContain(
      'permission "disk:write:/"',
    );
  });

  it('refuses a configSchema that is no schema', () => {
    expect(validateManifest({ ...graph, configSchema: { type: 'nothing' } }).valid).toBe(false);
  });
});

describe('readManifest', () => {
  it('says that a text is not JSON', () => {
    expect(() => readManifest('{')).toThrow(/not JSON/u);
  });
});

describe('validateConfig', () => {
  it('tells missing fields from wrong ones and never shows a value', () => {
    const { missing, errors } = validateConfig(graph, { accessToken: 42 });
    expect(missing).toEqual(['tenantId']);
    expect(errors).toEqual(['config.accessToken must be string']);
  });
});
