/** What to do about a failed run, by its code: the longest that fits counts; `operate.md` has the same. */
export const actions: Readonly<Record<string, string>> = {
  'http.status':
    'the source refuses: look at the status and the answer in the message, and whether the account may do this at the source',
  'source.retry_after': 'the source wants to be left alone: wait, it goes on by itself',
  'wallet.reauthentication_required':
    'sign in again (made-open authorize); the next run begins by itself',
  'wallet.oauth_client_refused': 'set the OAuth client anew (made-open oauth-client set)',
  'wallet.oauth_not_configured': 'set the OAuth client (made-open oauth-client set)',
  'wallet.kek_unavailable':
    'give the wallet the key that encrypts configs, as credential-wallet/docs/secrets.md tells',
  'wallet.secret_tampered':
    'a row of the wallet was changed: restore it, or configure the connection anew (made-open configure)',
  'egress.host_not_granted':
    'approve the permission when the manifest asks for it (made-open approve), else ask the author',
  capability:
    'approve the permission when the manifest asks for it (made-open approve), else ask the author',
  egress: 'look at the network: address, name and certificate of the source',
  sandbox:
    'tell the author, with made-open logs; go back to a version that works until then (made-open rollback)',
  plugin:
    'tell the author, with made-open logs; go back to a version that works until then (made-open rollback)',
  manifest:
    'tell the author, with made-open logs; go back to a version that works until then (made-open rollback)',
  'run.not_taken':
    'look at the runner (made-open runners); one that is crashed waits for --reset, its last fault says why',
  'run.lost':
    'look at the runner (made-open runners); one that is crashed waits for --reset, its last fault says why',
  'connection.deleted': 'nothing: the connection is gone',
};

const refused =
  'the source refuses the key or token: give another one (made-open configure, or authorize), or the right at the source; then it syncs by itself';
const unknown = 'look at what the plugin logged (made-open logs) and sync again';

/** What a person can do about a run that failed. */
export function actionFor({ code, message }: { code: string; message: string }): string {
  const isRefused = /\b40[13]\b/u.test(message);
  if (isRefused && (code === 'http.status' || code === 'plugin.error')) return refused;
  const [area = ''] = code.split('.');
  return own(code) ?? own(area) ?? unknown;
}

function own(code: string): string | undefined {
  return Object.hasOwn(actions, code) ? actions[code] : undefined;
}
