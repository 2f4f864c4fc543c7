export { CassetteError, readCassette, type Cassette, type Exchange } from './cassette.ts';
export {
  CassettePlayer,
  ResetError,
  faultKinds,
  type Fault,
  type FaultKind,
  type PlayedRequest,
} from './cassette-player.ts';
export {
  ConformanceError,
  checksOf,
  type ConformanceCheck,
  type PlayedRun,
  type PlayOptions,
  type Subject,
} from './conformance-checks.ts';
export { connectorChecks, type ConnectorUnderTest } from './connector-checks.ts';
