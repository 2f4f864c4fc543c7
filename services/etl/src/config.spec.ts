import { readEnvironment } from '@made-open/nest';
import { readConfig } from './config.ts';
import { defaultFileLimits } from './files/file-limits.ts';

describe('readConfig', () => {
  it('keeps files of 25 MiB, 10 GiB for each connection, and unnamed ones for a day', () => {
    expect(readEnvironment({}, readConfig)).toEqual({ files: defaultFileLimits });
  });

  it('takes other limits, and says what is wrong with them', () => {
    const limits = { FILE_MAX_MIB: '1', FILES_PER_CONNECTION_MIB: '2', FILES_GRACE_HOURS: '3' };
    expect(readEnvironment(limits, readConfig)).toEqual({
      files: { fileBytes: 1_048_576, connectionBytes: 2_097_152, graceMs: 10_800_000 },
    });
    expect(() => readEnvironment({ FILE_MAX_MIB: '0' }, readConfig)).toThrow(
      'FILE_MAX_MIB must be a whole number from 1',
    );
  });
});
