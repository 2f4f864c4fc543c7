import { kinds, objectSchema } from '../problem-schema.ts';
import { flowNames } from './account-client.ts';

const { text, texts } = kinds;

/** Schemas of what the routes of OAuth answer. */
export const oauthSchemas = {
  OAuthClient: objectSchema(
    {
      plugin_id: text,
      flow: { type: 'string', enum: flowNames },
      client_id: text,
      has_secret: { type: 'boolean', description: 'the secret itself is never shown' },
      authorization_url: { ...text, description: 'empty for client credentials' },
      token_url: text,
      scopes: texts,
      token_property: { ...text, description: 'the config field that becomes the access token' },
      client_authentication: { type: 'string', enum: ['basic', 'post'] },
    },
    {
      plugin_id: 'com.example.my-connector',
      flow: 'authorization_code',
      client_id: '5d1c9a0e',
      has_secret: true,
      authorization_url: 'https://login.example.com/authorize',
      token_url: 'https://login.example.com/token',
      scopes: ['contacts.read', 'offline_access'],
      token_property: 'accessToken',
      client_authentication: 'basic',
    },
  ),
  Authorization: objectSchema(
    {
      authorization_url: {
        type: ['string', 'null'],
        description:
          'open it in a browser within ten minutes and sign in; null when nobody has to (client credentials)',
      },
    },
    { authorization_url: 'https://login.example.com/authorize?response_type=code&state=…' },
  ),
};
