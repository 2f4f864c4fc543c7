import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'functions that lead to the host',
  sync: String.raw`
const leaks = [];
try { if (typeof process !== 'undefined') leaks.push('process'); } catch {}
try { if (typeof require !== 'undefined') leaks.push('require'); } catch {}
try { if (typeof fetch !== 'undefined') leaks.push('fetch'); } catch {}
try { if (typeof module !== 'undefined') leaks.push('module'); } catch {}
try { if (context.http.get.constructor('return typeof process')() !== 'undefined') leaks.push('get constructor'); } catch {}
try { if (console.log.constructor('return typeof process')() !== 'undefined') leaks.push('log constructor'); } catch {}
try { if (setTimeout.constructor.constructor('return typeof process')() !== 'undefined') leaks.push('timer constructor'); } catch {}
try { if (Reflect.ownKeys(globalThis).some((name) => { const value = globalThis[name]; return value && (typeof value.applySync === 'function' || typeof value.deref === 'function' || typeof value.copySync === 'function'); })) leaks.push('globals'); } catch {}
try { if ([context, context.http, context.data, context.checkpoint, context.crypto, context.logger, context.signal].some((value) => Reflect.ownKeys(value).some((name) => typeof (value[name] ?? {}).applySync === 'function'))) leaks.push('context'); } catch {}
try { if ((() => { try { context.http.get = 1; } catch {} return context.http.get === 1; })()) leaks.push('changed'); } catch {}
try { if ((() => { 'use strict'; try { context.config.apiKey = 'x'; } catch {} return context.config.apiKey === 'x'; })()) leaks.push('changed config'); } catch {}
try { if (typeof guest !== 'undefined' || typeof $0 !== 'undefined') leaks.push('guest'); } catch {}
if (leaks.length > 0) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
