import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'resizable buffers',
  sync: String.raw`
const leaks = [];
try { if (new ArrayBuffer(8, { maxByteLength: 1e9 }).resizable) leaks.push('constructor'); } catch {}
try { if (new ArrayBuffer(8, { maxByteLength: 1e9 }).resize(1e9) === undefined) leaks.push('resize'); } catch {}
try { if (new (new Uint8Array(1).buffer.constructor)(8, { maxByteLength: 1e9 }).resizable) leaks.push('way round'); } catch {}
try { if (new (class extends ArrayBuffer {})(8, { maxByteLength: 1e9 }).resizable) leaks.push('subclass'); } catch {}
try { if (new Uint8Array(8).buffer.slice(0, 4).constructor !== ArrayBuffer) leaks.push('species'); } catch {}
try { if (Reflect.construct(ArrayBuffer, [8, { maxByteLength: 1e9 }], class {}).resizable) leaks.push('construct'); } catch {}
try { if (structuredClone(new ArrayBuffer(8, { maxByteLength: 1e9 })).resizable) leaks.push('clone'); } catch {}
try { if ((ArrayBuffer.prototype.constructor = Object, new Uint8Array(1).buffer.constructor) === Object) leaks.push('put back'); } catch {}
try { if (new ArrayBuffer(8).transfer(1e9).byteLength === 1e9) leaks.push('transfer'); } catch {}
if (leaks.length > 0) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
