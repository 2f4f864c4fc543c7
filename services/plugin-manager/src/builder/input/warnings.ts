import type { BuilderInput, Warning } from './builder-input.ts';

/** What is allowed and seldom meant; each is acknowledged before an installation. */
export function warningsOf(input: BuilderInput): Warning[] {
  const { capabilities, connection, actions = {}, basics, webhooks = {} } = input;
  const isSent = capabilities.includes('send_fax');
  const isTold = capabilities.includes('get_status') || capabilities.includes('webhook');
  const { auth = { scheme: 'none' } } = connection;
  return [
    ...(isSent && !isTold
      ? [
          warning(
            'status.unknown',
            '/capabilities',
            'without get_status and webhook nobody learns how a fax ended: its status stays unknown',
          ),
        ]
      : []),
    ...(auth.scheme === 'none'
      ? [warning('auth.none', '/connection/auth', 'requests go out without any proof of who asks')]
      : []),
    ...Object.entries(actions).flatMap(([name, { response }]) =>
      response?.status !== undefined && response.status_map === undefined
        ? [
            warning(
              `status_map.${name}`,
              `/actions/${name}/response/status_map`,
              'without a map every word of the provider counts as unknown',
            ),
          ]
        : [],
    ),
    ...Object.entries(webhooks).flatMap(([name, { verification }]) =>
      verification?.scheme === 'none'
        ? [
            warning(
              `webhook.${name}`,
              `/webhooks/${name}/verification`,
              'anybody who knows the address can send',
            ),
          ]
        : [],
    ),
    ...(basics.learn_more === undefined
      ? [warning('learn_more', '/basics/learn_more', 'operators find no page to read before')]
      : []),
  ];
}

function warning(code: string, pointer: string, message: string): Warning {
  return { code, pointer, message };
}
