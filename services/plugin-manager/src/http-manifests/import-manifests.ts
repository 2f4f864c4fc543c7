import {
  findManifests,
  HttpManifestError,
  readLegacy,
  type FoundManifest,
  type LegacyReport,
} from '@made-open/http-manifest';
import { sha256 } from '../bundles/digest.ts';
import { notFound, RequestError } from '../errors.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import type { Registered, RegisterPlugin } from '../plugins/register-plugin.ts';
import { manifestProblem } from './http-push.ts';
import type { ImportState, ManifestStore } from './manifest-store.ts';

/** What became of one manifest of an import. */
export interface ImportResult {
  readonly id: string;
  readonly originalId: string;
  readonly name: string;
  /** `refused`: nothing was stored. */
  readonly state: ImportState | 'refused';
  readonly registered: Registered | undefined;
  readonly report: LegacyReport;
  /** Why it was refused. */
  readonly refusal: RequestError | undefined;
}

export interface ImportParts {
  readonly plugins: Pick<PluginStore, 'plugin'>;
  readonly manifests: ManifestStore;
  readonly registration: Pick<RegisterPlugin, 'register'>;
}

/** Hosts that somebody confirmed, by the id of the manifest. */
type Confirmed = Readonly<Record<string, readonly string[]>>;

const nothing: LegacyReport = {
  errors: [],
  warnings: [],
  dangers: [],
  proposed_domains: [],
  needs_approval: false,
  runnable: true,
};
const maxManifests = 50;

/** Brings manifests in from wherever they stand: what runs becomes a version, and originals are kept. */
export class ImportManifests {
  readonly #parts: ImportParts;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** One result for each; a single one that is refused throws. */
  async import(text: string, confirmed: Confirmed = {}): Promise<ImportResult[]> {
    const found = findManifests(text);
    if (found.length === 0 || found.length > maxManifests)
      throw new RequestError(
        'http_manifest.none_found',
        422,
        found.length === 0
          ? 'there is no HTTP manifest in it: one is a JSON object with "manifest_version", or with "id" and "actions"'
          : `there are ${String(found.length)} manifests in it; import at most ${String(maxManifests)} at a time`,
      );
    const results: ImportResult[] = [];
    for (const manifest of found) results.push(await this.#take(manifest, confirmed));
    const [first] = results;
    if (results.length === 1 && first?.refusal !== undefined) throw first.refusal;
    return results;
  }

  /** Makes a version of what waited for its hosts. */
  async confirm(id: string, allowedDomains: readonly string[]): Promise<ImportResult> {
    const waiting = await this.#parts.manifests.find(id);
    if (waiting === undefined) throw notFound('import', id);
    if (waiting.state !== 'needs_approval')
      throw new RequestError(
        'http_manifest.not_waiting.conflict',
        409,
        waiting.state === 'stored'
          ? `${id} became version ${waiting.version ?? ''} already`
          : `${id} does not run: ${waiting.report.errors[0]?.message ?? ''}; mend it and import it again`,
      );
    const { originalId, original } = waiting;
    return this.#takeLegacy({ text: original, id: originalId }, allowedDomains);
  }

  async #take({ text, value }: FoundManifest, confirmed: Confirmed): Promise<ImportResult> {
    const originalId = typeof value['id'] === 'string' ? value['id'] : '';
    try {
      if ('manifest_version' in value) return await this.#takeCurrent(text);
      const own = Object.hasOwn(confirmed, originalId) ? confirmed[originalId] : undefined;
      return await this.#takeLegacy({ text, id: originalId }, own);
    } catch (error) {
      const refusal = error instanceof HttpManifestError ? manifestProblem(error) : error;
      if (!(refusal instanceof RequestError)) throw error;
      const { message, members } = refusal;
      const errors = faultsIn(members['faults']) ?? [{ pointer: '', message }];
      const report = { ...nothing, errors, runnable: false };
      const id = originalId.slice(0, 64);
      return {
        id,
        originalId: id,
        name: '',
        state: 'refused',
        registered: undefined,
        report,
        refusal,
      };
    }
  }

  async #takeCurrent(text: string): Promise<ImportResult> {
    const registered = await this.#register(text, false);
    const { id, name } = registered.plugin;
    const state = 'stored';
    return { id, originalId: id, name, state, registered, report: nothing, refusal: undefined };
  }

  async #takeLegacy(
    { text, id: originalId }: { text: string; id: string },
    allowedDomains: readonly string[] | undefined,
  ): Promise<ImportResult> {
    const { id, name, manifest, report } = readLegacy(text, { allowedDomains });
    const idFaults = report.errors.filter(({ pointer }) => pointer === '/id');
    if (idFaults.length > 0) throw manifestProblem(new HttpManifestError(idFaults));
    await this.#checkFree(id, originalId);
    const registered =
      manifest !== undefined && report.runnable
        ? await this.#register(`${JSON.stringify(manifest, undefined, 2)}\n`, true)
        : undefined;
    const state = stateOf(report);
    const version = registered?.version.version;
    await this.#parts.manifests.save({
      id,
      originalId,
      digest: sha256(text),
      original: text,
      state,
      version,
      report,
      importedAt: new Date(),
    });
    return { id, originalId, name, state, registered, report, refusal: undefined };
  }

  #register(manifestText: string, isLegacy: boolean): Promise<Registered> {
    return this.#parts.registration.register({
      manifestText,
      files: new Map(),
      bundle: undefined,
      isLegacy,
    });
  }

  /** Two ids that are one here would be two providers in one place. */
  async #checkFree(id: string, originalId: string): Promise<void> {
    const known = await this.#parts.manifests.find(id);
    const isOther =
      known === undefined
        ? (await this.#parts.plugins.plugin(id)) !== undefined
        : known.originalId !== originalId;
    if (isOther)
      throw new RequestError(
        'http_manifest.id_taken.conflict',
        409,
        `the id ${JSON.stringify(originalId.slice(0, 64))} is "${id}" here, which ${known === undefined ? 'another plugin' : `the manifest with the id ${JSON.stringify(known.originalId)}`} has; give it another id`,
      );
  }
}

function stateOf({ errors, needs_approval: needsApproval }: LegacyReport): ImportState {
  if (errors.length > 0) return 'not_runnable';
  return needsApproval ? 'needs_approval' : 'stored';
}

function faultsIn(value: unknown): LegacyReport['errors'] | undefined {
  return Array.isArray(value)
    ? value.flatMap((fault: unknown) =>
        typeof fault === 'object' && fault !== null && 'pointer' in fault && 'message' in fault
          ? [{ pointer: String(fault.pointer), message: String(fault.message) }]
          : [],
      )
    : undefined;
}
