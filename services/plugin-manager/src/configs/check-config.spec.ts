import { aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { checkConfig, checkSchedule } from './check-config.ts';

describe('checkConfig', () => {
  const version = aStoredVersion();

  it('names the declared fields that are set', () => {
    expect(checkConfig(version, { apiKey: 'k', pageSize: 5, 'a pasted secret': 1 })).toEqual({
      fields: ['apiKey', 'pageSize'],
      gaps: [],
      hasToken: false,
    });
  });

  it('takes a config that lacks what is required, for its connection waits for it', () => {
    expect(checkConfig(version, {})).toEqual({ fields: [], gaps: [], hasToken: false });
  });

  it('names the field of the access token, whether the plugin declares it or not', () => {
    expect(checkConfig(version, { token: 't', other: 'o' }, 'token')).toEqual({
      fields: ['token'],
      gaps: [],
      hasToken: true,
    });
  });

  it('names what is required only under conditions', () => {
    const configSchema = {
      type: 'object',
      properties: { mode: { type: 'string' }, tenant: { type: 'string' } },
      if: { properties: { mode: { const: 'team' } }, required: ['mode'] },
      // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
      then: { required: ['tenant'] },
    };
    const conditional = aStoredVersion({ manifestText: aManifest({ configSchema }) });
    expect(checkConfig(conditional, { mode: 'team' })).toEqual({
      fields: ['mode'],
      gaps: ['tenant'],
      hasToken: false,
    });
  });

  it('refuses what does not fit, without the value', () => {
    expect(() => checkConfig(version, { apiKey: { deep: 'secret' } })).toThrow(
      expect.objectContaining({
        status: 422,
        message: expect.not.stringContaining('secret') as unknown,
      }),
    );
    expect(() => checkConfig(version, { apiKey: 'x'.repeat(300_000) })).toThrow(
      expect.objectContaining({ status: 413 }),
    );
  });
});

describe('checkSchedule', () => {
  it.each([
    ['', ''],
    ['0 6 * * 1-5', ''],
    ['*/15 * * * *', 'Europe/Berlin'],
  ])('takes %j in %j', (schedule, timeZone) => {
    expect(() => checkSchedule(schedule, timeZone)).not.toThrow();
  });

  it.each([
    ['often', '', /cron expression/u],
    ['2027-01-01T00:00:00', '', /cron expression/u],
    ['61 * * * *', '', /cron expression/u],
    ['', 'Berlin', /Europe\/Berlin/u],
  ])('refuses %j in %j', (schedule, timeZone, reason) => {
    expect(() => checkSchedule(schedule, timeZone)).toThrow(reason);
  });
});
