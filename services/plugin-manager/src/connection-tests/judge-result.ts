import type { RecordTestRequest } from '@made-open/contracts';
import type { PluggedConnection } from '../connections/connection.ts';
import type { Check, Remedy, TestFault } from './connection-test.ts';

/** What the sandbox says of a connection. */
export type SandboxResult = Pick<
  RecordTestRequest,
  'code' | 'message' | 'httpStatus' | 'isLoaded' | 'hasOwnTest'
>;

export interface Judgement {
  readonly checked: readonly Check[];
  readonly fault: TestFault | undefined;
}

const maxText = 2000;
/** The account is refused, or may not do what is asked of it. */
const accountRefused = new Set([401, 403]);
const busy = new Set([408, 429]);
/** What the config may be the cause of, as the plugin or the wallet says. */
const configured = new Set([
  'plugin.error',
  'http.status',
  'wallet.not_found',
  'wallet.config_removed',
  'wallet.secret_tampered',
]);
const passing =
  /^(egress\.(timeout|aborted|dns_empty|connection|tls)|runner\.|bus\.|test\.deadline|sandbox\.crashed)/u;

/** What a result of the sandbox means for a connection, and what helps. What it says is a plugin's text: bounded and cleaned. */
export function judgeResult(plugged: PluggedConnection, result: SandboxResult): Judgement {
  const fault = faultOf(plugged, result);
  const running: Check = { what: 'runner', result: 'passed', message: 'a runner took the test' };
  if (!result.isLoaded) {
    // What goes wrong before the plugin is loaded need not be its fault: the config could not be had, for one.
    if (fault === undefined || !isOfCode(fault.code))
      return { checked: [{ ...running, ...failedBy(fault) }], fault };
    const entrypoint: Check = { what: 'entrypoint', result: 'failed', message: fault.message };
    return { checked: [running, entrypoint], fault };
  }
  const loaded: Check = {
    what: 'entrypoint',
    result: 'passed',
    message: 'the plugin is loaded in a sandbox',
  };
  return { checked: [running, loaded, ownTest(result.hasOwnTest, fault)], fault };
}

function ownTest(hasOwnTest: boolean, fault: TestFault | undefined): Check {
  if (fault !== undefined) return { what: 'own_test', result: 'failed', message: fault.message };
  return hasOwnTest
    ? { what: 'own_test', result: 'passed', message: 'testConnection of the plugin passed' }
    : { what: 'own_test', result: 'skipped', message: 'the plugin has no testConnection' };
}

function failedBy(fault: TestFault | undefined): Partial<Check> {
  return fault === undefined ? {} : { result: 'failed', message: fault.message };
}

function isOfCode(code: string): boolean {
  return code.startsWith('sandbox.') || code.startsWith('plugin.');
}

function faultOf(
  plugged: PluggedConnection,
  { code, message, httpStatus }: SandboxResult,
): TestFault | undefined {
  if (code === '') return undefined;
  const said = clean(message);
  const remedy = remedyOf(plugged, code, httpStatus);
  if (!accountRefused.has(httpStatus)) return { code: clean(code), message: said, remedy };
  return {
    code: clean(code),
    message: `${said}: the source does not accept the account; ${advice(remedy)}`,
    remedy,
  };
}

function advice(remedy: Remedy): string {
  return remedy === 'authorize'
    ? 'sign in again'
    : 'give the connection a config with what lets it in';
}

function remedyOf({ plugin }: PluggedConnection, code: string, status: number): Remedy {
  if (accountRefused.has(status))
    return plugin.account?.needsSignIn === true ? 'authorize' : 'configure';
  if (busy.has(status) || status >= 500 || passing.test(code)) return 'retry';
  if (code === 'wallet.reauthentication_required') return 'authorize';
  if (configured.has(code)) return 'configure';
  // The wallet's others are of its keys and of who asks: neither the config nor the plugin is to blame.
  return code.startsWith('wallet.') ? 'retry' : 'mend_plugin';
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function clean(text: string): string {
  return text.slice(0, maxText).replaceAll('\u0000', '').toWellFormed();
}
