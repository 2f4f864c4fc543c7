type Listener = ((event: Event) => void) | { handleEvent(event: Event): void };

interface Listening {
  readonly type: string;
  readonly listener: Listener;
  readonly once: boolean;
}

/** As much of DOM events as AbortSignal needs (dom.spec.whatwg.org, 2 and 3). */
class Event {
  readonly type: string;
  target: EventTarget | null = null;
  defaultPrevented = false;
  readonly cancelable: boolean;

  constructor(type: string, options: { cancelable?: boolean } = {}) {
    this.type = type;
    this.cancelable = options.cancelable === true;
  }

  preventDefault(): void {
    if (this.cancelable) this.defaultPrevented = true;
  }
}

class EventTarget {
  #listeners: Listening[] = [];

  addEventListener(
    type: string,
    listener: Listener | null,
    options?: { once?: boolean } | boolean,
  ): void {
    if (listener === null) return;
    const known = this.#listeners.some((one) => one.type === type && one.listener === listener);
    const once = typeof options === 'object' && options.once === true;
    if (!known) this.#listeners.push({ type, listener, once });
  }

  removeEventListener(type: string, listener: Listener | null): void {
    this.#listeners = this.#listeners.filter(
      (one) => one.type !== type || one.listener !== listener,
    );
  }

  dispatchEvent(event: Event): boolean {
    event.target = this;
    for (const { type, listener, once } of this.#listeners.slice()) {
      if (type !== event.type) continue;
      if (once) this.removeEventListener(type, listener);
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

const secret = Symbol('AbortSignal');
/** For the controller alone. */
let fire: (signal: AbortSignal, reason: unknown) => void;

class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown;
  onabort: ((event: Event) => void) | null = null;

  constructor(key?: symbol) {
    super();
    if (key !== secret) throw new TypeError('Illegal constructor');
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    // oxlint-disable-next-line typescript/only-throw-error -- the reason may be anything
    if (this.#aborted) throw this.#reason;
  }

  static abort(reason?: unknown): AbortSignal {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }

  static timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('the time is over', 'TimeoutError')), ms);
    return controller.signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
    }
    return controller.signal;
  }

  #fire(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason ?? new DOMException('it was aborted', 'AbortError');
    const event = new Event('abort');
    this.onabort?.(event);
    this.dispatchEvent(event);
  }

  static {
    fire = (signal, reason) => signal.#fire(reason);
  }
}

class AbortController {
  readonly signal = new AbortSignal(secret);

  abort(reason?: unknown): void {
    fire(this.signal, reason);
  }
}

export { AbortController, AbortSignal, Event, EventTarget };
