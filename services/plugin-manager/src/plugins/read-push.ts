import { BundleError, bundlePlugin, type SourceFiles } from '@made-open/bundler';
import { readManifest, type Manifest } from '@made-open/manifest';
import { uploadDigest } from '../bundles/digest.ts';
import { RequestError } from '../errors.ts';
import { readHttpPush } from '../http-manifests/http-push.ts';
import type { Upload } from '../uploads/read-upload.ts';

/** What becomes a version. */
export interface Push {
  readonly manifest: Manifest;
  readonly manifestText: string;
  readonly digest: string;
  /** The version never changes, even before anybody has approved it. */
  readonly isFinal: boolean;
  /** What the runner is given. */
  readonly script: () => Promise<string>;
}

/** Reads an upload of either form. */
export function readPush({ manifestText, files, bundle }: Upload): Push {
  if (files.size === 0 && bundle === undefined) return readDocument(manifestText);
  const manifest = readManifest(manifestText);
  checkRuntime(manifest);
  const [sources, entrypoint] =
    bundle === undefined
      ? [files, manifest.entrypoint]
      : [new Map([['bundle.js', bundle]]), './bundle.js'];
  return {
    manifest,
    manifestText,
    digest: uploadDigest(manifestText, bundle === undefined ? files : new Map([['', bundle]])),
    isFinal: false,
    script: () => scriptOf(manifest, sources, entrypoint),
  };
}

/** An HTTP manifest has no source: what was pushed is what runs, byte for byte. */
function readDocument(text: string): Push {
  const { manifest, digest, bundle } = readHttpPush(text);
  return {
    manifest,
    manifestText: `${JSON.stringify(manifest, undefined, 2)}\n`,
    digest,
    isFinal: true,
    script: () => Promise.resolve(bundle),
  };
}

async function scriptOf(
  { type }: Manifest,
  files: SourceFiles,
  entrypoint: string,
): Promise<string> {
  try {
    return await bundlePlugin(files, entrypoint, { type });
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const { code, message, errors } = error;
    const status = code === 'bundle.too_large' ? 413 : 422;
    throw new RequestError(code, status, message, errors.length === 0 ? {} : { errors });
  }
}

function checkRuntime({ runtime = 'javascript' }: Manifest): void {
  if (runtime !== 'javascript')
    throw new RequestError(
      'plugin.runtime',
      422,
      runtime === 'http'
        ? 'plugin.json asks for the runtime "http": push the HTTP manifest alone, as the part "manifest"'
        : `plugin.json asks for the runtime "${runtime}"; this platform runs javascript and http`,
    );
}
