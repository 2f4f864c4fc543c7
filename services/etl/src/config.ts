import { defaultFileLimits, type FileLimits } from './files/file-limits.ts';
import type { Environment } from '@made-open/nest';

export interface EtlConfig {
  readonly files: FileLimits;
}

const mebibyte = 1024 * 1024;
const hourMs = 3_600_000;

export function readConfig(environment: Environment): EtlConfig {
  const { fileBytes, connectionBytes, graceMs } = defaultFileLimits;
  const number = (name: string, fallback: number, most: number): number =>
    environment.integer(name, fallback, { min: 1, max: most });
  return {
    files: {
      fileBytes: number('FILE_MAX_MIB', fileBytes / mebibyte, 1024) * mebibyte,
      connectionBytes:
        number('FILES_PER_CONNECTION_MIB', connectionBytes / mebibyte, 1_048_576) * mebibyte,
      graceMs: number('FILES_GRACE_HOURS', graceMs / hourMs, 8760) * hourMs,
    },
  };
}
