import { escape as endlessLoop } from './endless-loop.ts';
import { escape as endlessLoad } from './endless-load.ts';
import { escape as loopBehindAwait } from './loop-behind-await.ts';
import { escape as loopBetweenPulls } from './loop-between-pulls.ts';
import { escape as deafBuiltin } from './deaf-builtin.ts';
import { escape as deafSparseArray } from './deaf-sparse-array.ts';
import { escape as catastrophicRegex } from './catastrophic-regex.ts';
import { escape as bigNumber } from './big-number.ts';
import { escape as microtaskFlood } from './microtask-flood.ts';
import { escape as neverSettles } from './never-settles.ts';
import { escape as neverYields } from './never-yields.ts';
import { escape as arrayFill } from './array-fill.ts';
import { escape as arrayFillNative } from './array-fill-native.ts';
import { escape as mapGrowth } from './map-growth.ts';
import { escape as stringSplit } from './string-split.ts';
import { escape as arrayBuffer } from './array-buffer.ts';
import { escape as nativeObjects } from './native-objects.ts';
import { escape as resizableBuffer } from './resizable-buffer.ts';
import { escape as wasmMemory } from './wasm-memory.ts';
import { escape as sharedBuffer } from './shared-buffer.ts';
import { escape as hugeItem } from './huge-item.ts';
import { escape as largeItem } from './large-item.ts';
import { escape as largeItemInBytes } from './large-item-in-bytes.ts';
import { escape as wideFrames } from './wide-frames.ts';
import { escape as hugeId } from './huge-id.ts';
import { escape as badId } from './bad-id.ts';
import { escape as unknownType } from './unknown-type.ts';
import { escape as ungrantedType } from './ungranted-type.ts';
import { escape as noObject } from './no-object.ts';
import { escape as logFlood } from './log-flood.ts';
import { escape as logGiants } from './log-giants.ts';
import { escape as hostCallFlood } from './host-call-flood.ts';
import { escape as bodyFlood } from './body-flood.ts';
import { escape as unhandledRejection } from './unhandled-rejection.ts';
import { escape as rejectingHost } from './rejecting-host.ts';
import { escape as undeclaredHost } from './undeclared-host.ts';
import { escape as privateAddress } from './private-address.ts';
import { escape as redirectToPrivate } from './redirect-to-private.ts';
import { escape as redirectToRebound } from './redirect-to-rebound.ts';
import { escape as urlWithTwoFaces } from './url-with-two-faces.ts';
import { escape as forgedHeaders } from './forged-headers.ts';
import { escape as ungrantedEvent } from './ungranted-event.ts';
import { escape as ungrantedTable } from './ungranted-table.ts';
import { escape as eventFlood } from './event-flood.ts';
import { escape as checkpointTooLarge } from './checkpoint-too-large.ts';
import { escape as prototypePollution } from './prototype-pollution.ts';
import { escape as pollutedThen } from './polluted-then.ts';
import { escape as referenceClimbing } from './reference-climbing.ts';
import { escape as modules } from './import.ts';
import { escape as stackFrames } from './stack-frames.ts';
import { escape as callers } from './callers.ts';
import { escape as stackTrap } from './stack-trap.ts';
import { escape as thrownProxy } from './thrown-proxy.ts';
import { escape as thrownGetters } from './thrown-getters.ts';
import { escape as thrownSymbol } from './thrown-symbol.ts';
import { escape as proxyItem } from './proxy-item.ts';
import { escape as toJson } from './to-json.ts';
import { escape as toJsonBomb } from './to-json-bomb.ts';
import { escape as jsonCycle } from './json-cycle.ts';
import { escape as jsonDeepText } from './json-deep-text.ts';
import { escape as jsonDeepItem } from './json-deep-item.ts';
import { escape as jsonDeepCall } from './json-deep-call.ts';
import { escape as largeArguments } from './large-arguments.ts';
import { escape as deepResponse } from './deep-response.ts';
import { escape as replacedBuiltins } from './replaced-builtins.ts';
import { escape as timerFlood } from './timer-flood.ts';
import { escape as intervalFlood } from './interval-flood.ts';
import { escape as timerThrow } from './timer-throw.ts';
import { escape as cryptoFlood } from './crypto-flood.ts';
import { escape as cloneDeep } from './clone-deep.ts';
import { escape as noPlugin } from './no-plugin.ts';
import { escape as noSync } from './no-sync.ts';
import { escape as noGenerator } from './no-generator.ts';
import { escape as noScript } from './no-script.ts';
import { escape as thrownAtLoad } from './thrown-at-load.ts';
import { escape as recursion } from './recursion.ts';
import { escape as strangeGenerator } from './strange-generator.ts';

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
