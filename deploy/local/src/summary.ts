import { sampleQuery } from './sample/set-up-sample.ts';

export interface Summary {
  readonly managerUrl: string;
  readonly gatewayUrl: string;
  readonly adminKey: string | undefined;
  readonly dataDir: string;
  /** The sample connection is there. */
  readonly hasSample: boolean;
}

/** What a person needs to know once everything runs. */
export function summary({ managerUrl, gatewayUrl, adminKey, dataDir, hasSample }: Summary): string {
  const gateway = gatewayUrl.replace(/\/v1$/u, '');
  const key = adminKey ?? '$KEY';
  const curl = (url: string): string => `curl -H "Authorization: Bearer ${key}" '${url}'`;
  const trying = hasSample
    ? `
Look at what the sample connection brought, and how it runs${adminKey === undefined ? ', with your admin key in KEY' : ''}:
  ${curl(`${gatewayUrl}/search?q=${sampleQuery}`)}
  ${curl(`${gatewayUrl}/events?limit=3`)}
  ${curl(`${managerUrl}/connections`)}
`
    : '';
  return `
Made Open is running.

  admin API    ${managerUrl}
  public API   ${gatewayUrl}
  OpenAPI      ${managerUrl.replace(/\/admin\/v1$/u, '')}/openapi.json
               ${gateway}/openapi.json
  admin key    ${adminKey ?? 'was shown before; npm start -- --new-admin-key makes another'}
  data, logs   ${dataDir}, ${dataDir}/logs
${adminKey === undefined ? '' : '\nThe key is shown this once and not kept.\n'}${trying}
Ctrl-C stops everything and keeps the data; npm run reset removes it.
`;
}
