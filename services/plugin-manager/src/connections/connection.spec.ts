import { ConnectionStateSchema } from '@made-open/contracts';
import { aPlugged, aPlugin } from '../../test/contracts/plugged.ts';
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
      'whose missing field the wallet fills',
      { configFields: [], tokenField: 'apiKey' },
      'active ACTIVE',
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
    ['that is being deleted', { isDeleting: true }, 'deleting DELETED connection.deleting'],
  ])('%s', (_, of, expected) => {
    expect(outline(aPlugged(of))).toBe(expected);
  });

  it('is inactive without an active version', () => {
    const plugin = aPlugin({ activeVersion: undefined });
    expect(outline({ ...aPlugged(), plugin })).toBe('inactive INACTIVE plugin.no_active_version');
  });

  it('says which permission was taken back, and stays active without it', () => {
    const plugged = { ...aPlugged(), plugin: aPlugin({ approved: ['data:write:persons'] }) };
    expect(outline(plugged)).toBe('active ACTIVE plugin.permission_not_approved');
    expect(connectionView(plugged).reasons[0]?.message).toContain(
      '"network:outbound:api.example.com"',
    );
    expect(connectionChanged(plugged).grants).toEqual(['data:write:persons']);
  });
});
