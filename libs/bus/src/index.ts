export {
  Bus,
  busHeaders,
  type BusOptions,
  type CallOptions,
  type Propagation,
  type PublishOptions,
  type RawPublishOptions,
} from './bus.ts';
export { Consumption, type Delivery, type DeliveryHandler } from './consumption.ts';
export {
  BusFullError,
  CallTimeoutError,
  PublishError,
  RemoteError,
  WireFormatError,
  type Retry,
} from './errors.ts';
export type { Inbox } from './inbox.ts';
export { ensureRunnerConsumer, provision } from './provision.ts';
export { ack, describeError, settlementOf, type Settlement } from './settlement.ts';
export {
  readEvents,
  readMessage,
  writeEvents,
  writeMessage,
  type EventInit,
  type EventOf,
} from './wire.ts';
export { runnerCredentials, type RunnerSigner } from './runner-credentials.ts';
