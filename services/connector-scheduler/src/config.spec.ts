import { readEnvironment } from '@made-open/nest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('keeps runs for 90 days unless told otherwise', () => {
    expect(readEnvironment({}, readConfig).runs.retentionDays).toBe(90);
    expect(readEnvironment({ RUN_RETENTION_DAYS: '7' }, readConfig).runs.retentionDays).toBe(7);
  });

  it('takes the public address of channel-gateway, or none', () => {
    expect(readEnvironment({}, readConfig).publicUrl).toBeUndefined();
    const PUBLIC_URL = 'https://api.example.com/';
    expect(readEnvironment({ PUBLIC_URL }, readConfig).publicUrl).toBe('https://api.example.com');
  });

  it.each(['0', 'ten', '1.5', '99999'])(
    'refuses to keep them for %s days',
    (RUN_RETENTION_DAYS) => {
      expect(() => readEnvironment({ RUN_RETENTION_DAYS }, readConfig)).toThrow(
        /RUN_RETENTION_DAYS must be a whole number from 1 to 3650/u,
      );
    },
  );
});
