import { testConfig } from './test-config.ts';

it('makes up what is required, and nothing else', () => {
  const properties = {
    apiKey: { type: 'string', writeOnly: true },
    page: { type: 'integer', minimum: 5 },
    region: { enum: ['eu', 'us'] },
    deep: {
      type: 'object',
      properties: { url: { type: 'string', format: 'uri' } },
      required: ['url'],
    },
    optional: { type: 'string' },
  };
  expect(testConfig({ properties, required: ['apiKey', 'page', 'region', 'deep'] })).toEqual({
    apiKey: 'made-up-apiKey',
    page: 5,
    region: 'eu',
    deep: { url: 'https://example.com' },
  });
});
