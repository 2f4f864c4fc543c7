import { aPlugged } from '../../test/contracts/plugged.ts';
import type { Connection, PluggedConnection } from '../connections/connection.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { preflight } from './preflight.ts';

const outline = (plugged: PluggedConnection): string[] =>
  preflight(plugged).checked.map(({ what, result }) => `${what} ${result}`);

describe('preflight', () => {
  it('finds all right that the platform can check', () => {
    expect(preflight(aPlugged()).fault).toBeUndefined();
    expect(outline(aPlugged())).toEqual([
      'version passed',
      'permissions passed',
      'config passed',
      'sign_in passed',
    ]);
  });

  it.each<[string, Partial<Connection>, Partial<Plugin>, object]>([
    [
      'a version that is not active',
      {},
      { activeVersion: undefined },
      { code: 'plugin.no_active_version', remedy: 'activate' },
    ],
    [
      'permissions that nobody approved',
      {},
      { activeVersion: undefined, approved: ['data:write:persons'] },
      {
        code: 'plugin.permission_not_approved',
        remedy: 'approve',
        message: expect.stringContaining('"network:outbound:api.example.com"') as unknown,
      },
    ],
    [
      'every field that the config lacks',
      { configFields: [], configGaps: ['tenant'] },
      {},
      {
        code: 'connection.config_field_missing',
        remedy: 'configure',
        message: 'the config field "apiKey" is missing; the config field "tenant" is missing',
      },
    ],
    [
      'an account that nobody has signed in to',
      {},
      { account: { tokenField: 'accessToken', needsSignIn: true } },
      { code: 'connection.not_signed_in', remedy: 'authorize' },
    ],
    [
      'an account that wants another sign-in',
      { reauthentication: { code: 'wallet.reauthentication_required', message: 'sign in again' } },
      {},
      {
        code: 'wallet.reauthentication_required',
        remedy: 'authorize',
        message: 'sign in again',
      },
    ],
  ])('names %s', (_what, connection, plugin, fault) => {
    const found = preflight(aPlugged(connection, plugin));
    expect(found.fault).toMatchObject(fault);
    expect(found.checked.at(-1)).toMatchObject({
      result: 'failed',
      message: found.fault?.message,
    });
  });

  it('lets one be tried out that is paused, failed last, or runs on without a permission', () => {
    expect(preflight(aPlugged({ isPaused: true })).fault).toBeUndefined();
    const failure = { code: 'http.status', message: 'HTTP 401' };
    expect(preflight(aPlugged({ failure })).fault).toBeUndefined();
    const narrowed = aPlugged({}, { approved: ['data:write:persons'] });
    expect(preflight(narrowed).fault).toBeUndefined();
    expect(outline(narrowed)).toContain('permissions warning');
  });
});
