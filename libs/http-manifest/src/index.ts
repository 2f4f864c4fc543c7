export type {
  Action,
  ActionStep,
  Auth,
  Body,
  Category,
  Condition,
  Credential,
  CredentialRef,
  EntityMap,
  Extractor,
  Field,
  Fixture,
  HttpManifest,
  Incremental,
  JobStatus,
  OAuthClientCredentials,
  OAuthRefreshToken,
  Pagination,
  Part,
  Poll,
  RateLimit,
  RequestHmac,
  RequestTemplate,
  ResponseMap,
  Retry,
  RetryAfter,
  Server,
  ServerVariable,
  SignaturePlace,
  SignedPart,
  Stream,
  StringToSignPart,
  TimestampPlace,
  TokenExchange,
  Verification,
  Webhook,
} from './http-manifest.ts';
export { FileInBase64, FileValue } from './template/file-value.ts';
export { parseTemplate } from './template/parse-template.ts';
export { render, renderText, type RenderOptions, type Scope } from './template/render-template.ts';
export { renderTree, variablesOfTree } from './template/render-tree.ts';
export {
  filterNames,
  variablesOf,
  type FilterArgument,
  type FilterCall,
  type FilterName,
  type Placeholder,
  type Template,
  type Variable,
} from './template/template.ts';
export { TemplateError } from './template/template-error.ts';
export { capabilitiesOf, knownCapabilities } from './check/check-capabilities.ts';
export { isReservedId } from './check/check-ids.ts';
export {
  checkHttpManifest,
  faultsOf,
  readHttpManifest,
  type CheckOptions,
} from './check/read-http-manifest.ts';
export { maxManifestBytes } from './check/read-json.ts';
export { httpManifestWarnings } from './check/warnings.ts';
export { credentialsOf } from './compile/compile-config-schema.ts';
export { compilePluginManifest } from './compile/compile-plugin-manifest.ts';
export { HttpManifestError, type HttpManifestErrorCode, type HttpManifestFault } from './errors.ts';
export { firstMatch, matchesWhole, patternFault } from './pattern/linear-pattern.ts';
export { categories, httpManifestSchema } from './schema/http-manifest-schema.ts';
export { applyAuth, needsToken, readAuth, withToken, type TokenAuth } from './auth/apply-auth.ts';
export { AuthError } from './auth/auth-error.ts';
export type { AuthCrypto, AuthPorts, AuthRequest } from './auth/auth-request.ts';
export { credentialLookup, credentialsMissing } from './auth/credential-lookup.ts';
export { exchangeRequest } from './auth/exchange-request.ts';
export { formText, pathSegment } from './auth/place-value.ts';
export { signed, stringToSign, type Signing } from './auth/sign-request.ts';
export {
  noToken,
  readToken,
  tokenRequest,
  type GivenToken,
  type TokenRequest,
} from './auth/token-request.ts';
export { httpPlugin, type HttpPlugin } from './run/http-plugin.ts';
export { renderRequest, type RenderParts } from './render/render-request.ts';
export { RenderError, type RenderErrorCode } from './render/render-error.ts';
export type { RenderedPart, RenderedPiece, RenderedRequest } from './render/rendered-request.ts';
export { extract, extractText } from './response/extract.ts';
export { firstAt, JsonPathError, parsePath, valuesAt } from './response/json-path.ts';
export type { ProviderAnswer } from './response/provider-answer.ts';
export type { JobResult } from './response/map-response.ts';
export { maskText } from './response/mask-text.ts';
export {
  convertLegacy,
  legacyId,
  readLegacy,
  type ConvertedManifest,
  type LegacyOptions,
} from './legacy/convert-legacy.ts';
export { findManifests, type FoundManifest } from './legacy/find-manifests.ts';
export type { LegacyReport } from './legacy/report.ts';
export {
  previewAction,
  type Preview,
  type PreviewedRequest,
  type PreviewProblem,
} from './preview/preview-action.ts';
export { runFixture, runFixtures, type FixtureOutcome } from './preview/run-fixture.ts';
export type { Difference } from './preview/differences.ts';
export { missingCredentials } from './run/require-credentials.ts';
export type { PreviewInput } from './preview/preview-scope.ts';
export { shownSecret } from './preview/secret-mark.ts';
