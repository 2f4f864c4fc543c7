import type { PluggedConnection, Reason } from '../connections/connection.ts';
import { reasonsOf } from '../connections/states/connection-state.ts';
import { unapproved } from '../plugins/plugin.ts';
import type { Check, Remedy, TestFault } from './connection-test.ts';

/** What the platform can say of a connection before its plugin runs. */
export interface Preflight {
  readonly checked: readonly Check[];
  readonly fault: TestFault | undefined;
}

interface Finding {
  readonly what: Check['what'];
  readonly remedy: Remedy;
  readonly passed: string;
  /** What is wrong; the first names the code. */
  readonly faults: readonly Reason[];
}

const versionCodes = new Set(['plugin.no_active_version', 'plugin.api_version']);
const configCodes = new Set(['connection.config_not_stored', 'connection.config_field_missing']);
const approvalCode = 'plugin.permission_not_approved';
/** Nothing that keeps it from being tried out, or not by a sign-in. */
const others = new Set([
  ...versionCodes,
  ...configCodes,
  approvalCode,
  'connection.paused',
  'connection.deleting',
]);

/** Looks at version, permissions, config and sign-in, up to the first of them that is not as it must be. */
export function preflight(plugged: PluggedConnection): Preflight {
  // How it fared so far is no reason not to try it out.
  const connection = {
    ...plugged.connection,
    failure: undefined,
    signals: { isTried: true } as const,
  };
  const reasons = reasonsOf({ ...plugged, connection });
  const findings = [
    version(plugged, reasons),
    permissions(plugged, reasons),
    config(reasons),
    signIn(reasons),
  ];
  const checked: Check[] = [];
  for (const { what, remedy, passed, faults } of findings) {
    const message = faults.map((fault) => fault.message).join('; ');
    const [first] = faults;
    if (first === undefined) checked.push({ what, result: 'passed', message: passed });
    // It runs on without what was taken back: the test shows whether it can.
    else if (what === 'permissions') checked.push({ what, result: 'warning', message });
    else
      return {
        checked: [...checked, { what, result: 'failed', message }],
        fault: { code: first.code, message, remedy },
      };
  }
  return { checked, fault: undefined };
}

function version({ plugin, reference }: PluggedConnection, reasons: readonly Reason[]): Finding {
  const faults = reasons.filter(({ code }) => versionCodes.has(code));
  const passed = `version ${reference.version} is active`;
  const missing = unapproved(plugin, reference);
  if (plugin.activeVersion !== undefined || missing.length === 0)
    return { what: 'version', remedy: 'activate', passed, faults };
  const asked = missing.map((permission) => `"${permission}"`).join(', ');
  const message = `the plugin has no active version: ${reference.version} asks for ${asked}, which nobody has approved; approve it, and activate the version`;
  return { what: 'version', remedy: 'approve', passed, faults: [{ code: approvalCode, message }] };
}

function permissions({ plugin }: PluggedConnection, reasons: readonly Reason[]): Finding {
  const faults = reasons.filter(({ code }) => code === approvalCode);
  const passed =
    plugin.approved.length === 0 ? 'it asks for none' : 'all that it asks for is approved';
  return { what: 'permissions', remedy: 'approve', passed, faults };
}

function config(reasons: readonly Reason[]): Finding {
  const faults = reasons.filter(({ code }) => configCodes.has(code));
  return { what: 'config', remedy: 'configure', passed: 'it fits configSchema', faults };
}

function signIn(reasons: readonly Reason[]): Finding {
  const faults = reasons.filter(({ code }) => !others.has(code));
  return { what: 'sign_in', remedy: 'authorize', passed: 'nobody has to sign in', faults };
}
