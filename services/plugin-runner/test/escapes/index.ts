import { escape as endlessLoop } from './time/endless-loop.ts';
import { escape as endlessLoad } from './time/endless-load.ts';
import { escape as loopBehindAwait } from './time/loop-behind-await.ts';
import { escape as loopBetweenPulls } from './time/loop-between-pulls.ts';
import { escape as deafBuiltin } from './time/deaf-builtin.ts';
import { escape as deafSparseArray } from './time/deaf-sparse-array.ts';
import { escape as catastrophicRegex } from './time/catastrophic-regex.ts';
import { escape as bigNumber } from './time/big-number.ts';
import { escape as microtaskFlood } from './time/microtask-flood.ts';
import { escape as neverSettles } from './time/never-settles.ts';
import { escape as neverYields } from './time/never-yields.ts';
import { escape as arrayFill } from './memory/array-fill.ts';
import { escape as arrayFillNative } from './memory/array-fill-native.ts';
import { escape as mapGrowth } from './memory/map-growth.ts';
import { escape as stringSplit } from './memory/string-split.ts';
import { escape as arrayBuffer } from './memory/array-buffer.ts';
import { escape as nativeObjects } from './memory/native-objects.ts';
import { escape as resizableBuffer } from './memory/resizable-buffer.ts';
import { escape as wasmMemory } from './memory/wasm-memory.ts';
import { escape as sharedBuffer } from './memory/shared-buffer.ts';
import { escape as hugeItem } from './items/huge-item.ts';
import { escape as largeItem } from './items/large-item.ts';
import { escape as largeItemInBytes } from './items/large-item-in-bytes.ts';
import { escape as wideFrames } from './items/wide-frames.ts';
import { escape as hugeId } from './items/huge-id.ts';
import { escape as badId } from './items/bad-id.ts';
import { escape as unknownType } from './items/unknown-type.ts';
import { escape as ungrantedType } from './items/ungranted-type.ts';
import { escape as noObject } from './items/no-object.ts';
import { escape as logFlood } from './calls/log-flood.ts';
import { escape as logGiants } from './calls/log-giants.ts';
import { escape as hostCallFlood } from './calls/host-call-flood.ts';
import { escape as bodyFlood } from './calls/body-flood.ts';
import { escape as unhandledRejection } from './realm/unhandled-rejection.ts';
import { escape as rejectingHost } from './calls/rejecting-host.ts';
import { escape as undeclaredHost } from './egress/undeclared-host.ts';
import { escape as privateAddress } from './egress/private-address.ts';
import { escape as redirectToPrivate } from './egress/redirect-to-private.ts';
import { escape as redirectToRebound } from './egress/redirect-to-rebound.ts';
import { escape as urlWithTwoFaces } from './egress/url-with-two-faces.ts';
import { escape as forgedHeaders } from './egress/forged-headers.ts';
import { escape as ungrantedEvent } from './calls/ungranted-event.ts';
import { escape as ungrantedTable } from './calls/ungranted-table.ts';
import { escape as eventFlood } from './calls/event-flood.ts';
import { escape as checkpointTooLarge } from './calls/checkpoint-too-large.ts';
import { escape as prototypePollution } from './realm/prototype-pollution.ts';
import { escape as pollutedThen } from './realm/polluted-then.ts';
import { escape as referenceClimbing } from './realm/reference-climbing.ts';
import { escape as modules } from './realm/import.ts';
import { escape as stackFrames } from './realm/stack-frames.ts';
import { escape as callers } from './realm/callers.ts';
import { escape as stackTrap } from './realm/stack-trap.ts';
import { escape as thrownProxy } from './realm/thrown-proxy.ts';
import { escape as thrownGetters } from './realm/thrown-getters.ts';
import { escape as thrownSymbol } from './realm/thrown-symbol.ts';
import { escape as proxyItem } from './items/proxy-item.ts';
import { escape as toJson } from './items/to-json.ts';
import { escape as toJsonBomb } from './items/to-json-bomb.ts';
import { escape as jsonCycle } from './items/json-cycle.ts';
import { escape as jsonDeepText } from './calls/json-deep-text.ts';
import { escape as jsonDeepItem } from './items/json-deep-item.ts';
import { escape as jsonDeepCall } from './calls/json-deep-call.ts';
import { escape as largeArguments } from './calls/large-arguments.ts';
import { escape as deepResponse } from './calls/deep-response.ts';
import { escape as replacedBuiltins } from './realm/replaced-builtins.ts';
import { escape as timerFlood } from './web-apis/timer-flood.ts';
import { escape as intervalFlood } from './web-apis/interval-flood.ts';
import { escape as timerThrow } from './web-apis/timer-throw.ts';
import { escape as cryptoFlood } from './web-apis/crypto-flood.ts';
import { escape as cloneDeep } from './web-apis/clone-deep.ts';
import { escape as noPlugin } from './shape/no-plugin.ts';
import { escape as noSync } from './shape/no-sync.ts';
import { escape as noGenerator } from './shape/no-generator.ts';
import { escape as noScript } from './shape/no-script.ts';
import { escape as thrownAtLoad } from './shape/thrown-at-load.ts';
import { escape as recursion } from './memory/recursion.ts';
import { escape as strangeGenerator } from './shape/strange-generator.ts';

export const escapes = [
  endlessLoop,
  endlessLoad,
  loopBehindAwait,
  loopBetweenPulls,
  deafBuiltin,
  deafSparseArray,
  catastrophicRegex,
  bigNumber,
  microtaskFlood,
  neverSettles,
  neverYields,
  arrayFill,
  arrayFillNative,
  mapGrowth,
  stringSplit,
  arrayBuffer,
  nativeObjects,
  resizableBuffer,
  wasmMemory,
  sharedBuffer,
  hugeItem,
  largeItem,
  largeItemInBytes,
  wideFrames,
  hugeId,
  badId,
  unknownType,
  ungrantedType,
  noObject,
  logFlood,
  logGiants,
  hostCallFlood,
  bodyFlood,
  unhandledRejection,
  rejectingHost,
  undeclaredHost,
  privateAddress,
  redirectToPrivate,
  redirectToRebound,
  urlWithTwoFaces,
  forgedHeaders,
  ungrantedEvent,
  ungrantedTable,
  eventFlood,
  checkpointTooLarge,
  prototypePollution,
  pollutedThen,
  referenceClimbing,
  modules,
  stackFrames,
  callers,
  stackTrap,
  thrownProxy,
  thrownGetters,
  thrownSymbol,
  proxyItem,
  toJson,
  toJsonBomb,
  jsonCycle,
  jsonDeepText,
  jsonDeepItem,
  jsonDeepCall,
  largeArguments,
  deepResponse,
  replacedBuiltins,
  timerFlood,
  intervalFlood,
  timerThrow,
  cryptoFlood,
  cloneDeep,
  noPlugin,
  noSync,
  noGenerator,
  noScript,
  thrownAtLoad,
  recursion,
  strangeGenerator,
];
