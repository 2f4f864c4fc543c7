export * from './gen/madeopen/communication/v1/call_events_pb.ts';
export * from './gen/madeopen/communication/v1/fax_events_pb.ts';
export * from './gen/madeopen/communication/v1/message_events_pb.ts';
export * from './gen/madeopen/connector/v1/scheduler_service_pb.ts';
export * from './gen/madeopen/connector/v1/connection_events_pb.ts';
export * from './gen/madeopen/connector/v1/sync_events_pb.ts';
export * from './gen/madeopen/data/v1/calendar_event_pb.ts';
export * from './gen/madeopen/data/v1/conversation_pb.ts';
export * from './gen/madeopen/data/v1/document_pb.ts';
export * from './gen/madeopen/data/v1/entity_pb.ts';
export * from './gen/madeopen/data/v1/entity_service_pb.ts';
export * from './gen/madeopen/data/v1/file_service_pb.ts';
export * from './gen/madeopen/data/v1/message_pb.ts';
export * from './gen/madeopen/data/v1/person_pb.ts';
export * from './gen/madeopen/gateway/v1/api_key_service_pb.ts';
export * from './gen/madeopen/gateway/v1/delivery_service_pb.ts';
export * from './gen/madeopen/gateway/v1/outbound_service_pb.ts';
export * from './gen/madeopen/items/v1/item_frame_pb.ts';
export * from './gen/madeopen/plugin/v1/plugin_events_pb.ts';
export * from './gen/madeopen/plugin/v1/runner_service_pb.ts';
export * from './gen/madeopen/rules/v1/endpoint_service_pb.ts';
export * from './gen/madeopen/rules/v1/rule_events_pb.ts';
export * from './gen/madeopen/rules/v1/rule_service_pb.ts';
export * from './gen/madeopen/runs/v1/invoke_pb.ts';
export * from './gen/madeopen/runs/v1/run_sync_pb.ts';
export * from './gen/madeopen/runs/v1/test_connection_pb.ts';
export * from './gen/madeopen/search/v1/search_service_pb.ts';
export * from './gen/madeopen/wallet/v1/wallet_events_pb.ts';
export * from './gen/madeopen/wallet/v1/wallet_service_pb.ts';
export {
  callOf,
  callStream,
  callSubject,
  routeOf,
  routeSubject,
  subjectPattern,
} from './routing.ts';
export type { SubjectParameters } from './routing.ts';
export { endpointConfigs, pluginIdOf, pluginToken, versionToken } from './plugin-token.ts';
export { calls, messages, type CallMethod } from './catalogue.ts';
export { streams, type StreamDefinition } from './streams.ts';
export {
  canaryConsumer,
  consumers,
  invocationsConsumer,
  runnerConsumer,
  testsConsumer,
  type ConsumerDefinition,
} from './consumers.ts';
export {
  bootstrapPermissions,
  runnerPermissions,
  servicePermissions,
  type SubjectPermissions,
} from './permissions.ts';
export { bootstrapUser, serviceNames, type ServiceName } from './service-names.ts';
export { eventCatalogue } from './event-catalogue.ts';
export { eventSubjects, fitsAnyEvent } from './event-subjects.ts';
export {
  lineCount,
  readRecords,
  recordCount,
  RecordFrameError,
  type RecordFrame,
  type RecordSection,
  type RefusedSection,
} from './record-frame.ts';
export { entityFields, type EntityField, type EntityFieldKind } from './entities/entity-fields.ts';
export {
  entityJsonSchema,
  filePattern,
  maxListEntries,
  type JsonSchema,
} from './entities/entity-json-schema.ts';
export { entityMessages } from './entities/entity-messages.ts';
export { entitySchemas } from './gen/entity-schemas.ts';
export {
  describeFile,
  fileChunkBytes,
  type DescribedFile,
  type FileDescription,
} from './file-description.ts';
export { dataModelPage } from './entities/data-model.ts';
export { maxConditionDepth, maxConditions, ruleSchemas } from './rules/rule-schemas.ts';
