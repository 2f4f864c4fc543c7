/** What makes the connector of the tests a provider of faxes. */
export const aProvider = {
  id: 'com.example.fax',
  name: 'Example Fax',
  type: 'channel',
  channel: { type: 'fax' },
  provider: { slots: ['outbound'] },
  actions: [{ name: 'send_fax' }, { name: 'get_status' }],
  permissions: ['network:outbound:api.example.com'],
  configSchema: {
    type: 'object',
    properties: {
      api_key: { type: 'string', writeOnly: true },
      region: { type: 'string', enum: ['eu', 'us'], default: 'eu' },
      pages: { type: 'integer' },
    },
    required: ['api_key'],
  },
};
