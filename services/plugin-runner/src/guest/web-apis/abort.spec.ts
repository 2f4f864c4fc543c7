import { AbortController, AbortSignal } from './abort.ts';

describe('AbortSignal', () => {
  it('tells its listeners once, and keeps the first reason', () => {
    const controller = new AbortController();
    const told: unknown[] = [];
    const listener = (): void => void told.push(controller.signal.reason);
    controller.signal.addEventListener('abort', listener);
    controller.signal.addEventListener('abort', listener);
    controller.abort('first');
    controller.abort('second');
    expect(told).toEqual(['first']);
    expect(() => controller.signal.throwIfAborted()).toThrow('first');
  });

  it('tells nobody who is no longer listening', () => {
    const controller = new AbortController();
    const listener = (): void => {
      throw new Error('told');
    };
    controller.signal.addEventListener('abort', listener);
    controller.signal.removeEventListener('abort', listener);
    controller.abort();
    expect(controller.signal.reason).toMatchObject({ name: 'AbortError' });
  });

  it('is aborted with any of several, also with one that is aborted already', () => {
    const controller = new AbortController();
    const later = AbortSignal.any([controller.signal, new AbortController().signal]);
    expect(later.aborted).toBe(false);
    controller.abort('now');
    expect(later.reason).toBe('now');
    expect(AbortSignal.any([AbortSignal.abort('before')]).reason).toBe('before');
  });

  it('is made by a controller only', () => {
    expect(() => new AbortSignal()).toThrow(TypeError);
  });
});
