import type { Bus } from '@made-open/bus';
import { RunnerService } from '@made-open/contracts';
import { parseOverrides, type Overrides } from '@made-open/egress';
import { parseGrants, readStoredManifest, type Grant, type Manifest } from '@made-open/manifest';
import { createHash } from 'node:crypto';
import { BundleDigestError } from '../errors.ts';

/** What this runner runs: one version of one plugin. */
export interface Assignment {
  readonly manifest: Manifest;
  readonly grants: readonly Grant[];
  readonly bundle: string;
  readonly overrides: Overrides;
}

/** An assignment whose bundle was not fetched yet. */
export interface DescribedAssignment extends Omit<Assignment, 'bundle'> {
  readonly bundleDigest: string;
  /** Its grants as they were approved. */
  readonly granted: readonly string[];
}

/** Fetches manifest, grants and bundle from plugin-manager; the bundle is run only when its digest is right. */
export async function fetchAssignment(
  bus: Pick<Bus, 'call'>,
  token: string,
  version: string,
): Promise<Assignment> {
  const described = await describeAssignment(bus, token, version);
  const { bundleDigest, manifest, grants, overrides } = described;
  return { manifest, grants, overrides, bundle: await fetchBundle(bus, token, bundleDigest) };
}

export async function describeAssignment(
  bus: Pick<Bus, 'call'>,
  token: string,
  version: string,
): Promise<DescribedAssignment> {
  const parameters = { plugin: token };
  const { manifestJson, grants, bundleDigest, egressOverridesJson } = await bus.call(
    RunnerService.method.getAssignment,
    { version },
    { parameters, timeoutMs: 15_000 },
  );
  return {
    manifest: readStoredManifest(manifestJson),
    grants: parseGrants(grants),
    overrides: parseOverrides(egressOverridesJson),
    bundleDigest,
    granted: grants,
  };
}

export async function fetchBundle(
  bus: Pick<Bus, 'call'>,
  token: string,
  digest: string,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (;;) {
    const { chunk, totalBytes } = await bus.call(
      RunnerService.method.getBundle,
      { digest, offset },
      { parameters: { plugin: token }, timeoutMs: 15_000 },
    );
    chunks.push(chunk);
    offset += chunk.byteLength;
    if (offset >= totalBytes || chunk.byteLength === 0) break;
  }
  const bytes = Buffer.concat(chunks);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== digest) throw new BundleDigestError(digest, found);
  return bytes.toString();
}
