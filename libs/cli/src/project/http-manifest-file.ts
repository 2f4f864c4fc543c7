import {
  compilePluginManifest,
  HttpManifestError,
  httpManifestWarnings,
  readHttpManifest,
  readLegacy,
  type HttpManifest,
  type HttpManifestFault,
} from '@made-open/http-manifest';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';

/** An HTTP manifest on this machine. */
export interface HttpManifestFile {
  readonly path: string;
  readonly text: string;
}

/** The file itself, or manifest.json of a folder that has no plugin.json; undefined where the path is a plugin's. */
export function httpManifestAt(path: string): HttpManifestFile | undefined {
  if (!existsSync(path)) return undefined;
  const file = statSync(path).isDirectory() ? join(path, 'manifest.json') : path;
  if (file !== path && (existsSync(join(path, 'plugin.json')) || !existsSync(file)))
    return undefined;
  return { path: file, text: readFileSync(file, 'utf8') };
}

export interface CheckedHttpManifest {
  readonly manifest: HttpManifest;
  readonly permissions: readonly string[];
  readonly warnings: readonly string[];
  /** One of Faxbot, which is imported and not pushed. */
  readonly isLegacy: boolean;
}

/** Checks it as a push does; throws with every fault. */
export function checkHttpManifestFile({ path, text }: HttpManifestFile): CheckedHttpManifest {
  try {
    return isLegacy(text) ? checkLegacy(text) : checkCurrent(text);
  } catch (error) {
    if (!(error instanceof HttpManifestError)) throw error;
    throw new CliError('manifest.invalid', exitCodes.data, `${path} is not valid`, {
      details: error.errors.map(lineOf),
      cause: error,
    });
  }
}

function checkCurrent(text: string): CheckedHttpManifest {
  const manifest = readHttpManifest(text);
  const warnings = httpManifestWarnings(manifest).map(lineOf);
  const { permissions } = compilePluginManifest(manifest);
  return { manifest, permissions, warnings, isLegacy: false };
}

function checkLegacy(text: string): CheckedHttpManifest {
  const { manifest, report } = readLegacy(text);
  if (manifest === undefined) throw new HttpManifestError(report.errors);
  const warnings = [...report.dangers, ...report.warnings].map(lineOf);
  const { permissions } = compilePluginManifest(manifest);
  return { manifest, permissions, warnings, isLegacy: true };
}

function isLegacy(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !('manifest_version' in value);
  } catch {
    return false;
  }
}

function lineOf({ pointer, message }: HttpManifestFault): string {
  return `${pointer === '' ? '/' : pointer} ${message}`;
}
