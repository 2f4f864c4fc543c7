import { construct, defineProperty } from './primordials.ts';

// Memory that isolated-vm does not count, threads, and what only serves to watch the collector. `console` is inert.
for (const name of [
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'FinalizationRegistry',
  'WeakRef',
  'console',
])
  Reflect.deleteProperty(globalThis, name);

const NativeArrayBuffer = ArrayBuffer;

/** An ArrayBuffer that cannot grow: V8 does not count what a resizable one holds. */
function FixedArrayBuffer(length: unknown): unknown {
  if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'");
  return construct(NativeArrayBuffer, [length], new.target);
}
defineProperty(FixedArrayBuffer, 'name', { value: 'ArrayBuffer', configurable: true });
defineProperty(FixedArrayBuffer, 'isView', {
  value: (value: unknown) => NativeArrayBuffer.isView(value),
});
defineProperty(FixedArrayBuffer, 'prototype', {
  value: NativeArrayBuffer.prototype,
  writable: false,
});
defineProperty(FixedArrayBuffer, Symbol.species, {
  get(this: unknown) {
    return this;
  },
});
// The constructor of any buffer leads here too, and cannot be led back.
defineProperty(NativeArrayBuffer.prototype, 'constructor', {
  value: FixedArrayBuffer,
  writable: false,
  configurable: false,
});
for (const name of ['resize', 'transfer', 'transferToFixedLength'])
  Reflect.deleteProperty(NativeArrayBuffer.prototype, name);
defineProperty(globalThis, 'ArrayBuffer', {
  value: FixedArrayBuffer,
  writable: true,
  configurable: true,
});
