import {
  hasOption,
  type DescFile,
  type DescMessage,
  type DescMethodUnary,
} from '@bufbuild/protobuf';
import { file_madeopen_communication_v1_call_events } from './gen/madeopen/communication/v1/call_events_pb.ts';
import { file_madeopen_communication_v1_fax_events } from './gen/madeopen/communication/v1/fax_events_pb.ts';
import { file_madeopen_communication_v1_message_events } from './gen/madeopen/communication/v1/message_events_pb.ts';
import { file_madeopen_connector_v1_connection_events } from './gen/madeopen/connector/v1/connection_events_pb.ts';
import { file_madeopen_connector_v1_scheduler_service } from './gen/madeopen/connector/v1/scheduler_service_pb.ts';
import { file_madeopen_connector_v1_sync_events } from './gen/madeopen/connector/v1/sync_events_pb.ts';
import { file_madeopen_data_v1_calendar_event } from './gen/madeopen/data/v1/calendar_event_pb.ts';
import { file_madeopen_data_v1_conversation } from './gen/madeopen/data/v1/conversation_pb.ts';
import { file_madeopen_data_v1_document } from './gen/madeopen/data/v1/document_pb.ts';
import { file_madeopen_data_v1_entity_service } from './gen/madeopen/data/v1/entity_service_pb.ts';
import { file_madeopen_data_v1_file_service } from './gen/madeopen/data/v1/file_service_pb.ts';
import { file_madeopen_data_v1_message } from './gen/madeopen/data/v1/message_pb.ts';
import { file_madeopen_data_v1_person } from './gen/madeopen/data/v1/person_pb.ts';
import { file_madeopen_gateway_v1_api_key_service } from './gen/madeopen/gateway/v1/api_key_service_pb.ts';
import { file_madeopen_gateway_v1_delivery_service } from './gen/madeopen/gateway/v1/delivery_service_pb.ts';
import { file_madeopen_gateway_v1_outbound_service } from './gen/madeopen/gateway/v1/outbound_service_pb.ts';
import { file_madeopen_items_v1_item_frame } from './gen/madeopen/items/v1/item_frame_pb.ts';
import { file_madeopen_plugin_v1_plugin_events } from './gen/madeopen/plugin/v1/plugin_events_pb.ts';
import { file_madeopen_plugin_v1_runner_service } from './gen/madeopen/plugin/v1/runner_service_pb.ts';
import { file_madeopen_rules_v1_endpoint_service } from './gen/madeopen/rules/v1/endpoint_service_pb.ts';
import { file_madeopen_rules_v1_rule_events } from './gen/madeopen/rules/v1/rule_events_pb.ts';
import { file_madeopen_rules_v1_rule_service } from './gen/madeopen/rules/v1/rule_service_pb.ts';
import { file_madeopen_runs_v1_invoke } from './gen/madeopen/runs/v1/invoke_pb.ts';
import { file_madeopen_runs_v1_run_sync } from './gen/madeopen/runs/v1/run_sync_pb.ts';
import { file_madeopen_runs_v1_test_connection } from './gen/madeopen/runs/v1/test_connection_pb.ts';
import { file_madeopen_search_v1_search_service } from './gen/madeopen/search/v1/search_service_pb.ts';
import { file_madeopen_wallet_v1_wallet_events } from './gen/madeopen/wallet/v1/wallet_events_pb.ts';
import { file_madeopen_wallet_v1_wallet_service } from './gen/madeopen/wallet/v1/wallet_service_pb.ts';
import { call, route } from './gen/madeopen/options/v1/route_pb.ts';

const files: readonly DescFile[] = [
  file_madeopen_communication_v1_call_events,
  file_madeopen_communication_v1_fax_events,
  file_madeopen_communication_v1_message_events,
  file_madeopen_connector_v1_connection_events,
  file_madeopen_connector_v1_scheduler_service,
  file_madeopen_connector_v1_sync_events,
  file_madeopen_data_v1_calendar_event,
  file_madeopen_data_v1_conversation,
  file_madeopen_data_v1_document,
  file_madeopen_data_v1_entity_service,
  file_madeopen_data_v1_file_service,
  file_madeopen_data_v1_message,
  file_madeopen_data_v1_person,
  file_madeopen_gateway_v1_api_key_service,
  file_madeopen_gateway_v1_delivery_service,
  file_madeopen_gateway_v1_outbound_service,
  file_madeopen_items_v1_item_frame,
  file_madeopen_plugin_v1_plugin_events,
  file_madeopen_plugin_v1_runner_service,
  file_madeopen_rules_v1_endpoint_service,
  file_madeopen_rules_v1_rule_events,
  file_madeopen_rules_v1_rule_service,
  file_madeopen_runs_v1_invoke,
  file_madeopen_runs_v1_run_sync,
  file_madeopen_runs_v1_test_connection,
  file_madeopen_search_v1_search_service,
  file_madeopen_wallet_v1_wallet_events,
  file_madeopen_wallet_v1_wallet_service,
];

/** An rpc that is called with one message and answered with one. */
export type CallMethod<
  I extends DescMessage = DescMessage,
  O extends DescMessage = DescMessage,
> = DescMethodUnary<I, O>;

/** Every message that has a route of its own. */
export const messages: readonly DescMessage[] = files.flatMap((file) =>
  file.messages.filter((message) => hasOption(message, route)),
);

/** Every rpc that is called over NATS. */
export const calls: readonly CallMethod[] = files.flatMap((file) =>
  file.services.flatMap((service) =>
    service.methods.filter(
      (method): method is CallMethod => method.methodKind === 'unary' && hasOption(method, call),
    ),
  ),
);
