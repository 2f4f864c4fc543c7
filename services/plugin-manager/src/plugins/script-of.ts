import { BundleError, bundlePlugin, bundlePython } from '@made-open/bundler';
import type { Manifest } from '@made-open/manifest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../errors.ts';
import type { Upload } from '../uploads/read-upload.ts';

/** What this platform can run beside JavaScript. */
export interface Runtimes {
  /** `PYTHON_RUNTIME_DIR` names the built runtime of Python plugins. */
  readonly python: boolean;
}

export function runtimesOf({
  pythonRuntime,
}: {
  readonly pythonRuntime?: string | undefined;
}): Runtimes {
  return {
    // Looked at anew: it may be built while the platform runs.
    get python() {
      return pythonRuntime !== undefined && existsSync(join(pythonRuntime, 'runtime.json'));
    },
  };
}

/** The code of a plugin as runners load it, of what was pushed. */
export async function scriptOf(manifest: Manifest, upload: Upload): Promise<string> {
  checkParts(manifest, upload);
  try {
    return await (manifest.runtime === 'python'
      ? python(manifest, upload)
      : script(manifest, upload));
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const { code, message, errors } = error;
    const status = code === 'bundle.too_large' ? 413 : 422;
    throw new RequestError(code, status, message, errors.length === 0 ? {} : { errors });
  }
}

function script({ type, entrypoint }: Manifest, { files, bundle }: Upload): Promise<string> {
  return bundle === undefined
    ? bundlePlugin(files, entrypoint, { type })
    : bundlePlugin(new Map([['bundle.js', bundle]]), './bundle.js', { type });
}

function python({ entrypoint }: Manifest, { files, wheels = new Map() }: Upload): Promise<string> {
  return bundlePython({ files, wheels, entrypoint });
}

/** Throws what to do about a plugin that this platform does not run. */
export function checkRuntime(
  { runtime = 'javascript' }: Manifest,
  { python: hasPython }: Runtimes,
): void {
  if (runtime === 'http')
    throw new RequestError(
      'plugin.runtime',
      422,
      'plugin.json asks for the runtime "http"; push the HTTP manifest alone, as the part "manifest"',
    );
  if (runtime === 'python' && !hasPython)
    throw new RequestError(
      'plugin.runtime',
      422,
      'plugin.json asks for the runtime "python", which this platform does not have: `npm start` builds it in the background and says when it is there, or what it lacks; elsewhere the operator names its folder in PYTHON_RUNTIME_DIR',
    );
}

function checkParts({ runtime }: Manifest, { bundle, wheels = new Map() }: Upload): void {
  const isPython = runtime === 'python';
  if (isPython && bundle !== undefined)
    throw new RequestError(
      'upload.source',
      422,
      'a Python plugin is pushed as parts "source" and "wheel", not as a "bundle"',
    );
  if (!isPython && wheels.size > 0)
    throw new RequestError(
      'upload.part',
      422,
      'parts "wheel" belong to Python plugins; write "runtime": "python" into plugin.json',
    );
}
