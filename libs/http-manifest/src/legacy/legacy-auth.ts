import type { Auth } from '../http-manifest.ts';
import type { Findings } from './report.ts';
import { isFields, textOf, type Fields } from './values.ts';

type Make = (fields: Fields) => Auth;

const schemes: Readonly<Record<string, Make>> = {
  none: () => ({ scheme: 'none' }),
  basic: () => ({
    scheme: 'basic',
    username: 'creds.username',
    password: 'creds.api_key',
    otherwise: 'creds.password',
  }),
  bearer: () => ({ scheme: 'bearer', token: 'creds.api_key', otherwise: 'creds.token' }),
  api_key_header: ({ header_name: name }) => ({
    scheme: 'api_key_header',
    header_name: textOf(name) ?? 'X-API-Key',
    value: 'creds.api_key',
  }),
  api_key_query: ({ query_name: name }) => ({
    scheme: 'api_key_query',
    query_name: textOf(name) ?? 'api_key',
    value: 'creds.api_key',
  }),
};

/** The way of authorising that Faxbot means; one that it does not know it left out without a word. */
export function legacyAuth(auth: unknown, findings: Findings): Auth {
  const fields = isFields(auth) ? auth : {};
  const scheme = textOf(fields['scheme'])?.toLowerCase() ?? 'none';
  const make = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (make !== undefined) return make(fields);
  findings.error(
    '/auth/scheme',
    `${JSON.stringify(scheme.slice(0, 40))} is not known: Faxbot would send such requests without any authorisation`,
  );
  return { scheme: 'none' };
}
