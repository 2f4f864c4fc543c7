import type { JWK } from 'jose';
import type { ApiServer } from './api-server.ts';
import { fieldsOf, listOf, textOf } from './json-fields.ts';
import { TokenKeySource, type TokenKeys } from '../identity/token-keys.ts';

/** Every service account may read these. */
export class ApiTokenKeys extends TokenKeySource {
  readonly #server: Pick<ApiServer, 'ask'>;

  constructor(server: Pick<ApiServer, 'ask'>) {
    super();
    this.#server = server;
  }

  override async read(): Promise<TokenKeys> {
    const get = (path: string): Promise<unknown> => this.#server.ask({ method: 'GET', path });
    const issuer = textOf(fieldsOf(await get('/.well-known/openid-configuration')), 'issuer');
    const keys = listOf(fieldsOf(await get('/openid/v1/jwks')), 'keys');
    return {
      issuer,
      keys: { keys: keys.map((key): JWK => ({ ...key, kty: textOf(key, 'kty') })) },
    };
  }
}
