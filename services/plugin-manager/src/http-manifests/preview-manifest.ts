import {
  HttpManifestError,
  previewAction,
  readHttpManifest,
  readLegacy,
  runFixture,
  type FixtureOutcome,
  type HttpManifest,
  type Preview,
} from '@made-open/http-manifest';
import { manifestProblem } from './http-push.ts';

export interface PreviewRequest {
  readonly action: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What an action would send, and what became of its fixtures. */
export interface PreviewView extends Preview {
  readonly fixtures: readonly FixtureOutcome[];
}

/** Shows what an action of a document would send, with secrets as `•••`; nothing is sent. */
export function previewManifest(
  text: string,
  { action, input, settings }: PreviewRequest,
): PreviewView {
  const manifest = readEither(text);
  const preview = previewAction(manifest, action, { input, settings });
  const actions = new Map(Object.entries(manifest.actions ?? {}));
  const fixtures = actions.get(action)?.fixtures ?? [];
  return {
    ...preview,
    fixtures: fixtures.map((fixture) => runFixture(manifest, action, fixture)),
  };
}

function readEither(text: string): HttpManifest {
  try {
    if (isCurrent(text)) return readHttpManifest(text);
    const { manifest, report } = readLegacy(text);
    if (manifest === undefined) throw new HttpManifestError(report.errors);
    return manifest;
  } catch (error) {
    throw error instanceof HttpManifestError ? manifestProblem(error) : error;
  }
}

/** Not one of Faxbot; what is no JSON at all is refused either way. */
export function isCurrent(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/u, ''));
    return typeof value !== 'object' || value === null || 'manifest_version' in value;
  } catch {
    return true;
  }
}
