export { Bus } from './bus.ts';
export { busHeaders } from './bus-headers.ts';
export type {
  BusOptions,
  CallOptions,
  ConsumeOptions,
  EventsOptions,
  Propagation,
  PublishOptions,
  RawPublishOptions,
} from './bus-options.ts';
export type { Consumption, Delivery, DeliveryHandler } from './consumption/consumption.ts';
export {
  BusFullError,
  BusPermissionError,
  CallTimeoutError,
  MessageTooLargeError,
  PublishError,
  RemoteError,
  StreamReadError,
  WireFormatError,
  type Retry,
} from './errors.ts';
export type { Inbox } from './inbox.ts';
export { MessageAge } from './consumption/message-age.ts';
export {
  ensureConsumers,
  ensureRunnerConsumer,
  ensureStreams,
  isForming,
  provision,
  type StreamOptions,
} from './provision.ts';
export { busyPlugins, runnerQueue, type RunnerQueue } from './runner-queue.ts';
export {
  makeNatsIdentity,
  type AccountLimits,
  type NatsIdentity,
  type NatsIdentityOptions,
  type NatsSeeds,
} from './identity/nats-identity.ts';
export { runnerCredentials, type RunnerSigner } from './identity/runner-credentials.ts';
export { describeError, settle, type Settlement } from './consumption/settlement.ts';
export { StoredMessages, type StoredMessage, type StreamBounds } from './stored-messages.ts';
export { serverOptions } from './server-options.ts';
export { SubjectStore } from './subject-store.ts';
export {
  readEvents,
  readMessage,
  writeEvents,
  writeMessage,
  type EventInit,
  type EventOf,
} from './wire.ts';
export {
  isSignedBox,
  makeSealingKeys,
  open,
  readSealingPrivateKey,
  readSealingPublicKey,
  seal,
  signBox,
  type SealedBox,
} from './identity/sealed-box.ts';
