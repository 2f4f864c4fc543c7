import type { HttpManifestFault } from '../errors.ts';
import type { Auth, HttpManifest } from '../http-manifest.ts';
import { placedRequests } from './placed-requests.ts';
import { pointerTo } from './pointer.ts';

/** HTTP itself sets them, or they would let one request be two. */
const forbidden = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'cookie',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-connection',
]);
const ofAuth = new Set(['authorization', 'proxy-authorization']);

/** Headers that a manifest may not set, wherever it names one. */
export function headerFaults(manifest: HttpManifest): HttpManifestFault[] {
  return [
    ...placedRequests(manifest).flatMap(({ request, pointer, mayNameCredentials }) =>
      Object.entries(request.headers ?? {}).flatMap(([name, value]) => {
        const place = pointerTo(pointer, 'headers', name);
        if (ofAuth.has(name.toLowerCase()) && !(mayNameCredentials && value.includes('{{')))
          return [authorizationFault(place)];
        return nameFaults(name, place);
      }),
    ),
    ...Object.entries(manifest.actions ?? {}).flatMap(([name, { idempotency }]) =>
      idempotency?.header === undefined
        ? []
        : nameFaults(idempotency.header, pointerTo('/actions', name, 'idempotency', 'header')),
    ),
    ...headersOf(manifest.auth).flatMap(([name, pointer]) => nameFaults(name, pointer)),
  ];
}

function authorizationFault(pointer: string): HttpManifestFault {
  return {
    pointer,
    message:
      'would hold a secret; describe in "auth" how requests are authorised, with the value in the wallet',
    code: 'secret_in_manifest',
  };
}

function nameFaults(name: string, pointer: string): HttpManifestFault[] {
  return forbidden.has(name.toLowerCase())
    ? [{ pointer, message: `${name.slice(0, 40)} is set by HTTP itself; leave it out` }]
    : [];
}

function headersOf(auth: Auth | undefined): [name: string, pointer: string][] {
  switch (auth?.scheme) {
    case 'api_key_header':
      return [[auth.header_name, '/auth/header_name']];
    case 'api_key':
    case 'hmac':
      return auth.in === 'header' ? [[auth.name, '/auth/name']] : [];
    case 'token_exchange':
      return auth.apply.in === 'header' ? [[auth.apply.name, '/auth/apply/name']] : [];
    default:
      return [];
  }
}
