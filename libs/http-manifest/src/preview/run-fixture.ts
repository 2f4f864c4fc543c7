import type { Action, Fixture, HttpManifest, JobStatus, ResponseMap } from '../http-manifest.ts';
import { MissingValueError } from '../response/extract.ts';
import { mapResponse, refusalOf, type JobResult } from '../response/map-response.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import { previewAction, type Preview } from './preview-action.ts';
import { differences, type Difference } from './differences.ts';

/** What became of a fixture; nothing was sent. */
export interface FixtureOutcome extends Preview {
  readonly name: string;
  readonly passed: boolean;
  /** What the answer leads to; undefined without one. */
  readonly result?: JobResult | undefined;
  readonly differences: readonly Difference[];
}

/**
 * Renders the request and reads the answer of a fixture. `expect` has fields of the result; under `request` it has what must
 * be in the last request. Texts are unmasked: a fixture has nobody's data.
 */
export function runFixture(manifest: HttpManifest, name: string, fixture: Fixture): FixtureOutcome {
  const { input, settings, response } = fixture;
  const preview = previewAction(manifest, name, { input, settings });
  const action = manifest.actions?.[name];
  const result =
    response === undefined || action === undefined
      ? undefined
      : resultOf(name, action, answerOf(response));
  const { request, ...expected } = fixture.expect ?? {};
  const found = [
    ...differences(readable(preview.requests.at(-1)), request, '/request'),
    ...differences(result ?? {}, expected, ''),
  ];
  const passed = preview.problems.length === 0 && found.length === 0;
  return { ...preview, name: fixture.name, passed, result, differences: found };
}

/** All fixtures of a manifest, by action. */
export function runFixtures(
  manifest: HttpManifest,
): readonly (FixtureOutcome & { readonly action: string })[] {
  return Object.entries(manifest.actions ?? {}).flatMap(([action, { fixtures = [] }]) =>
    fixtures.map((fixture) => ({ action, ...runFixture(manifest, action, fixture) })),
  );
}

function answerOf({
  status,
  headers = {},
  body = null,
}: NonNullable<Fixture['response']>): ProviderAnswer {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lower), body };
}

function resultOf(name: string, { response, steps }: Action, answer: ProviderAnswer): JobResult {
  const map: ResponseMap = { ...steps?.at(-1)?.response, ...response };
  const refusal = refusalOf(map, answer, true);
  if (refusal !== undefined) {
    const { error, errorCode, httpStatus } = refusal;
    const code = errorCode ?? (httpStatus < 300 ? 'refused' : `http.${String(httpStatus)}`);
    return { status: refusedStatus(httpStatus), error, errorCode: code };
  }
  return mapped(name, map, answer);
}

/** Of a server's fault, or of one that is busy, nobody can say. */
function refusedStatus(httpStatus: number): JobStatus {
  return httpStatus >= 500 || httpStatus === 429 ? 'unknown' : 'failed';
}

function mapped(name: string, map: ResponseMap, answer: ProviderAnswer): JobResult {
  try {
    return mapResponse(map, answer, { ...optionsOf(name), isUnmasked: true });
  } catch (error) {
    if (!(error instanceof MissingValueError)) throw error;
    return { status: 'unknown', error: error.message, errorCode: error.code };
  }
}

function optionsOf(name: string): { readonly usualStatus: JobStatus; readonly needsId: boolean } {
  switch (name) {
    case 'send_fax':
      return { usualStatus: 'accepted', needsId: true };
    case 'cancel_fax':
      return { usualStatus: 'cancelled', needsId: false };
    case 'get_status':
      return { usualStatus: 'unknown', needsId: false };
    default:
      return { usualStatus: 'accepted', needsId: false };
  }
}

/** A JSON body as its value, so that a fixture need not know how it is written. */
function readable(request: Preview['requests'][number] | undefined): unknown {
  if (request?.body === undefined || !/^\s*[{[]/u.test(request.body)) return request;
  try {
    return { ...request, body: JSON.parse(request.body) };
  } catch {
    return request;
  }
}
