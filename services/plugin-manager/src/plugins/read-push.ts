import { readManifest, type Manifest } from '@made-open/manifest';
import { uploadDigest } from '../bundles/digest.ts';
import { readHttpPush } from '../http-manifests/http-push.ts';
import { checkRuntime, scriptOf, type Runtimes } from './script-of.ts';
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

/** Reads an upload of any form. */
export function readPush(upload: Upload, runtimes: Runtimes): Push {
  const { manifestText, files, wheels = new Map(), bundle } = upload;
  if (files.size === 0 && bundle === undefined) return readDocument(manifestText, upload.isLegacy);
  const manifest = readManifest(manifestText);
  checkRuntime(manifest, runtimes);
  const content = bundle === undefined ? new Map([...files, ...wheels]) : new Map([['', bundle]]);
  return {
    manifest,
    manifestText,
    digest: uploadDigest(manifestText, content),
    isFinal: false,
    script: () => scriptOf(manifest, upload),
  };
}

/** An HTTP manifest has no source: what was pushed is what runs, byte for byte. */
function readDocument(text: string, isLegacy = false): Push {
  const { manifest, digest, bundle } = readHttpPush(text, { isLegacy });
  return {
    manifest,
    manifestText: `${JSON.stringify(manifest, undefined, 2)}\n`,
    digest,
    isFinal: true,
    script: () => Promise.resolve(bundle),
  };
}
