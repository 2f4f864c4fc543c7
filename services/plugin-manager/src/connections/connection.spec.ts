import { ConnectionStateSchema } from '@made-open/contracts';
import { aPlugged, aPlugin, aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import type { Plugin } from '../plugins/plugin.ts';
import {
  connectionChanged,
  connectionView,
  type Connection,
  type PluggedConnection,
} from './connection.ts';

const signIn = { code: 'wallet.invalid_grant', message: 'sign in again' };
const outline = (plugged: PluggedConnection): string => {
  const { state, reasons } = connectionView(plugged);
  const { state: announced } = connectionChanged(plugged);
  return [
    state,
    ConnectionStateSchema.value[announced ?? 0]?.localName,
    ...reasons.map(({ code }) => code),
  ].join(' ');
};

describe('a connection', () => {
  it.each<[string, Partial<Connection>, string]>([
    ['with all that it needs', {}, 'active ACTIVE'],
    ['that is paused', { isPaused: true }, 'paused PAUSED connection.paused'],
    [
      'without a field of its config',
      { configFields: [] },
      'needs_configuration INACTIVE connection.config_field_missing',
    ],
    [
      'that is not let in',
      { reauthentication: signIn },
      'needs_reauthentication INACTIVE wallet.invalid_grant',
    ],
    [
      'that is paused and not let in',
      { reauthentication: signIn, isPaused: true },
      'needs_reauthentication INACTIVE wallet.invalid_grant connection.paused',
    ],
    [
      'whose newest sync failed',
      { failure: { code: 'http.status', message: 'HTTP 401' } },
      'failed ACTIVE connection.sync_failed',
    ],
    [
      'whose sync was not let in',
      { reauthentication: signIn, failure: signIn },
      'needs_reauthentication INACTIVE wallet.invalid_grant',
    ],
    [
      'that is paused after a sync that failed',
      { isPaused: true, failure: { code: 'http.status', message: 'HTTP 401' } },
      'paused PAUSED connection.paused connection.sync_failed',
    ],
    ['that is being deleted', { isDeleting: true }, 'deleting DELETED connection.deleting'],
  ])('%s', (_, of, expected) => {
    expect(outline(aPlugged(of))).toBe(expected);
  });

  const person = { tokenField: 'apiKey', needsSignIn: true };
  it.each<[string, Partial<Connection>, Partial<Plugin>, string]>([
    [
      'asks to sign in rather than for the field that the wallet then fills',
      { configFields: [] },
      { account: person },
      'needs_reauthentication INACTIVE connection.not_signed_in',
    ],
    [
      'needs that field no more when somebody has signed in',
      { configFields: [], tokenField: 'apiKey' },
      { account: person },
      'active ACTIVE',
    ],
    ['works with a token that was entered by hand', {}, { account: person }, 'active ACTIVE'],
    [
      'gets its token without anybody who signs in',
      { configFields: [] },
      { account: { ...person, needsSignIn: false } },
      'active ACTIVE',
    ],
    [
      'still lacks what nobody fills',
      { configFields: [] },
      { account: { ...person, tokenField: 'accessToken' } },
      'needs_configuration INACTIVE connection.config_field_missing connection.not_signed_in',
    ],
    [
      'needs the field again when the client is gone',
      { configFields: [], tokenField: 'apiKey' },
      {},
      'needs_configuration INACTIVE connection.config_field_missing',
    ],
  ])('%s', (_, of, plugin, expected) => {
    expect(outline(aPlugged(of, plugin))).toBe(expected);
  });

  it('says where to sign in, and that a client would spare the missing token', () => {
    const [unknown] = connectionView(aPlugged({ configFields: [] }, { account: person })).reasons;
    expect(unknown?.message).toContain('POST /admin/v1/connections/c1/authorize');
    const oauth = {
      flow: 'client_credentials',
      tokenUrl: 'https://login.example.com/token',
      tokenProperty: 'apiKey',
    };
    const reference = aStoredVersion({ manifestText: aManifest({ oauth }) });
    const [missing] = connectionView({ ...aPlugged({ configFields: [] }), reference }).reasons;
    expect(missing?.message).toContain(
      'PUT /admin/v1/plugins/com.example.my-connector/oauth-client',
    );
  });

  it('is inactive without an active version', () => {
    const plugin = aPlugin({ activeVersion: undefined });
    expect(outline({ ...aPlugged(), plugin })).toBe('inactive INACTIVE plugin.no_active_version');
  });

  it('is inactive when the active version was made for another plugin API', () => {
    const reference = aStoredVersion({ manifestText: aManifest({ apiVersion: 99 }) });
    expect(outline({ ...aPlugged(), reference })).toBe('inactive INACTIVE plugin.api_version');
  });

  it('says which permission was taken back, and stays active without it', () => {
    const plugged = { ...aPlugged(), plugin: aPlugin({ approved: ['data:write:persons'] }) };
    expect(outline(plugged)).toBe('active ACTIVE plugin.permission_not_approved');
    expect(connectionView(plugged).reasons[0]?.message).toContain(
      '"network:outbound:api.example.com"',
    );
    expect(connectionChanged(plugged).grants).toEqual(['data:write:persons']);
    expect(connectionChanged(plugged).configRevision).toBe(plugged.connection.configRevision);
  });

  it.each([
    ['its own times', aManifest({ type: 'channel', schedule: '0 * * * *' }), '5 * * * *'],
    ['none, when its plugin has nothing to sync', aManifest({ type: 'channel' }), ''],
  ])('of a channel tells %s', (_, manifestText, expected) => {
    const channel = aPlugged({ schedule: '5 * * * *' }, { type: 'channel' });
    const reference = aStoredVersion({ manifestText });
    expect(connectionChanged({ ...channel, reference }).schedule).toBe(expected);
  });
});
