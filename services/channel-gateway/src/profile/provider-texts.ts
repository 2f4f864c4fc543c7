import type { InvocationResult } from '@made-open/contracts';
import { withoutProviderText, type ProfileName } from '@made-open/nest';

/** What is kept of the texts that providers and their plugins write, by PLATFORM_PROFILE. */
export class ProviderTexts {
  readonly #areKept: boolean;

  constructor(profile: ProfileName) {
    this.#areKept = profile === 'standard';
  }

  kept(text: string): string {
    return this.#areKept ? text : withoutProviderText(text);
  }

  /** A result of a runner with what is kept of its error, and of the one within what the plugin returned. */
  ofResult(result: InvocationResult | undefined): InvocationResult | undefined {
    if (this.#areKept || result === undefined) return result;
    const { error, resultJson } = result;
    return {
      ...result,
      error: error && { ...error, message: this.kept(error.message), stack: '' },
      resultJson: this.#ofJson(resultJson),
    };
  }

  /** `error` of a FaxResult is the provider's text. */
  #ofJson(json: string): string {
    try {
      const value: unknown = JSON.parse(json);
      const said: unknown =
        typeof value === 'object' && value !== null ? Reflect.get(value, 'error') : undefined;
      if (typeof said !== 'string') return json;
      return JSON.stringify({ ...Object(value), error: this.kept(said) });
    } catch {
      return json;
    }
  }
}
