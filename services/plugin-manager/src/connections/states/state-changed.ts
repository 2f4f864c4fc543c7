import { create } from '@bufbuild/protobuf';
import { ConnectionStateChangedSchema, type ConnectionStateChanged } from '@made-open/contracts';
import type { PluggedConnection } from '../connection.ts';
import { reasonsOf, stateOf } from './connection-state.ts';

/** What others hear when the state of a connection is another than before; undefined when it is not. */
export function stateChanged(
  plugged: PluggedConnection,
  from: string,
  isDeleted: boolean,
): ConnectionStateChanged | undefined {
  const { id: connectionId, spaceId, pluginId, configRevision } = plugged.connection;
  // It is just being made; whoever alerts on states must not take that for a fault.
  if (from === '' && configRevision === 0) return undefined;
  const to = isDeleted ? 'deleted' : stateOf(plugged);
  if (to === from) return undefined;
  const reasons = isDeleted ? [] : reasonsOf(plugged);
  return create(ConnectionStateChangedSchema, {
    connectionId,
    spaceId,
    pluginId,
    from,
    to,
    reasons: [...reasons],
  });
}
