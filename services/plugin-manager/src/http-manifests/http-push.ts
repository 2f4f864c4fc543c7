import {
  compilePluginManifest,
  HttpManifestError,
  readHttpManifest,
  type CheckOptions,
  type HttpManifest,
} from '@made-open/http-manifest';
import { validateManifest, type Manifest } from '@made-open/manifest';
import { sha256 } from '../bundles/digest.ts';
import { RequestError } from '../errors.ts';

/** An HTTP manifest as a version of a plugin. */
export interface HttpPush {
  readonly http: HttpManifest;
  /** What it is as a plugin. */
  readonly manifest: Manifest;
  /** SHA-256 of the document, which is the bundle as well. */
  readonly digest: string;
  readonly bundle: string;
}

/** Whether a text is an HTTP manifest and no plugin.json; one that cannot be read is none. */
export function isHttpManifest(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/u, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return 'manifest_version' in value || ('actions' in value && !('entrypoint' in value));
  } catch {
    return false;
  }
}

/** Checks a document and makes a plugin of it; throws with every fault. */
export function readHttpPush(text: string, options: CheckOptions = {}): HttpPush {
  const bundle = text.replace(/^\ufeff/u, '');
  try {
    return pushOf(readHttpManifest(bundle, options), bundle);
  } catch (error) {
    throw error instanceof HttpManifestError ? manifestProblem(error) : error;
  }
}

/** A problem with the faults as texts, and once more with pointers for programs. */
export function manifestProblem({ code, message, errors }: HttpManifestError): RequestError {
  const isSecret = code === 'secret_in_manifest';
  const status = code === 'http_manifest.too_large' ? 413 : 422;
  return new RequestError(isSecret ? 'http_manifest.secret' : code, status, message, {
    errors: errors.map((fault) => `${fault.pointer === '' ? '/' : fault.pointer} ${fault.message}`),
    faults: errors,
    // Programs know it by this name, which has no area.
    ...(isSecret ? { code } : {}),
  });
}

function pushOf(http: HttpManifest, bundle: string): HttpPush {
  const manifest = compilePluginManifest(http);
  const { errors } = validateManifest(manifest);
  if (errors.length > 0)
    throw new HttpManifestError(
      errors.map((message) => ({
        pointer: '',
        message: `gives a plugin that is not valid: ${message}`,
      })),
    );
  return { http, manifest, digest: sha256(bundle), bundle };
}
