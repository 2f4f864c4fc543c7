import { choice, exactly, line, list, map, object, oneOf, ref, text } from './kinds.ts';

const prefix = text('stands before the value, for example `Bearer ` or `Token `', {
  max: 64,
  pattern: '^[\\u0020-\\u007e]*$',
});
const headerName = (description: string): ReturnType<typeof text> =>
  text(description, { max: 100, pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" });
const queryName = line('name of the query parameter', 100);
const credential = (description: string): ReturnType<typeof ref> =>
  ref('CredentialRef', description);
const otherwise = credential(
  'in place of one that the connection lacks; set by the import of manifests of Faxbot alone',
);
const tokenUrl = text('where tokens are issued: an https:// URL on an allowed host', {
  pattern: '^https://[^\\s\\u0000-\\u001f"<>\\\\#@]+$',
});
const scopes = list(
  'what the token is asked for',
  text('one scope', { max: 256, pattern: '^[\\u0021\\u0023-\\u005b\\u005d-\\u007e]{1,256}$' }),
);
const clientAuthentication = oneOf(
  'how the client shows who it is: in a Basic header (unless given) or in the form',
  ['basic', 'post'],
);
const tokenParams = map(
  'further fields of the token request; no secrets',
  text('value of the field'),
  line('name of the field', 100),
);

const applied = object(
  'where the token goes in each request',
  {
    in: oneOf('in a header or in the query', ['header', 'query']),
    name: line('name of the header or parameter', 100),
    prefix,
  },
  ['in', 'name'],
);

const alternatives = [
  object('Requests carry nothing that proves who sends them.', { scheme: exactly('none') }, [
    'scheme',
  ]),
  object(
    'HTTP Basic.',
    {
      scheme: exactly('basic'),
      username: credential('user name'),
      password: credential('password; empty when left out'),
      otherwise,
    },
    ['scheme', 'username'],
  ),
  object(
    'A token in the header Authorization.',
    { scheme: exactly('bearer'), token: credential('the token'), prefix, otherwise },
    ['scheme', 'token'],
  ),
  object(
    'A key in a header.',
    {
      scheme: exactly('api_key_header'),
      header_name: headerName('name of the header'),
      value: credential('the key'),
      prefix,
    },
    ['scheme', 'header_name', 'value'],
  ),
  object(
    'A key in the query, and nowhere else.',
    { scheme: exactly('api_key_query'), query_name: queryName, value: credential('the key') },
    ['scheme', 'query_name', 'value'],
  ),
  object(
    'A key at any place of a request.',
    {
      scheme: exactly('api_key'),
      in: oneOf('where it goes; `path` replaces `{name}` in URLs', [
        'header',
        'query',
        'cookie',
        'path',
        'body',
      ]),
      name: line('name of the header, parameter, cookie, `{name}` or field', 100),
      value: credential('the key'),
      prefix,
    },
    ['scheme', 'in', 'name', 'value'],
  ),
  object(
    'OAuth 2 client credentials (RFC 6749, 4.4): the platform gets tokens and keeps them until they expire.',
    {
      scheme: exactly('oauth2_client_credentials'),
      token_url: tokenUrl,
      client_id: credential('id of the client'),
      client_secret: credential('secret of the client'),
      scopes,
      audience: line('`audience` of the token request', 500),
      client_authentication: clientAuthentication,
      token_params: tokenParams,
    },
    ['scheme', 'token_url', 'client_id', 'client_secret'],
  ),
  object(
    'OAuth 2 refresh token (RFC 6749, 6).',
    {
      scheme: exactly('oauth2_refresh_token'),
      token_url: tokenUrl,
      client_id: credential('id of the client'),
      client_secret: credential('secret of the client'),
      refresh_token: credential('the refresh token'),
      client_authentication: clientAuthentication,
      token_params: tokenParams,
    },
    ['scheme', 'token_url', 'client_id', 'refresh_token'],
  ),
  object(
    "A request of the provider's own that gives a token for a while.",
    {
      scheme: exactly('token_exchange'),
      request: ref('Request', 'how the token is asked for; `creds.*` may stand in its texts'),
      token: ref('Extractor', 'where the token is in the answer'),
      expires_in: ref('Extractor', 'where the answer says for how many seconds it is good'),
      apply: applied,
    },
    ['scheme', 'request', 'token', 'apply'],
  ),
  object(
    'A signature over parts of each request.',
    {
      scheme: exactly('hmac'),
      algorithm: oneOf('hash of the HMAC', ['sha1', 'sha256', 'sha512']),
      key: credential('the key'),
      string_to_sign: list('what is signed, one part after the other', ref('StringToSignPart'), {
        min: 1,
        max: 32,
      }),
      encoding: oneOf('how the signature is written', ['hex', 'base64']),
      in: oneOf('in a header or in the query', ['header', 'query']),
      name: line('name of the header or parameter', 100),
      prefix,
    },
    ['scheme', 'algorithm', 'key', 'string_to_sign', 'encoding', 'in', 'name'],
  ),
];

/** How requests prove who sends them. */
export const authDefinitions = {
  Auth: choice(
    'How requests prove who sends them. Values lie in the wallet; here only names of credentials stand.',
    'scheme',
    alternatives,
  ),
  CredentialRef: text('A credential: `creds.` and its name, never its value.', {
    max: 70,
    pattern: '^creds\\.[a-z][a-z0-9_]{0,63}$',
  }),
  StringToSignPart: {
    description: 'A part of what a request is signed over.',
    anyOf: [
      oneOf('a part of the request', [
        'method',
        'url',
        'path',
        'query',
        'timestamp',
        'raw_body',
        'body_sha256',
      ]),
      object('a fixed text', { literal: text('the text', { max: 200 }) }, ['literal']),
      object("a header's value", { header: headerName('name of the header') }, ['header']),
    ],
  },
};
