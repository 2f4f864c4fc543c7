import type { InvocationResult, StatusReported } from '@made-open/contracts';
import { withoutProviderText, type ProfileName } from '@made-open/nest';

/** What a provider calls a state or a fault, and no sentence about a person. */
const codeForm = /^[A-Za-z0-9_.:-]{1,64}$/u;

/** What is kept of the texts that providers and their plugins write, by PLATFORM_PROFILE. */
export class ProviderTexts {
  readonly #areKept: boolean;

  constructor(profile: ProfileName) {
    this.#areKept = profile === 'standard';
  }

  kept(text: string): string {
    return this.#areKept ? text : withoutProviderText(text);
  }

  /** A result of a runner with what is kept of its error, and of what the plugin returned. */
  ofResult(result: InvocationResult | undefined): InvocationResult | undefined {
    if (this.#areKept || result === undefined) return result;
    const { error, resultJson } = result;
    return {
      ...result,
      error: error && {
        ...error,
        code: codeOr('plugin.failed', error.code),
        message: this.kept(error.message),
        stack: '',
      },
      resultJson: this.#ofJson(resultJson),
    };
  }

  /** What a plugin told of a message, a call or a fax. */
  ofReport(report: StatusReported): StatusReported {
    if (this.#areKept) return report;
    const { status, errorCode, errorMessage, attributes } = report;
    return {
      ...report,
      status: codeOr('', status),
      errorCode: codeOr('provider.failed', errorCode),
      errorMessage: this.kept(errorMessage),
      ...(attributes === undefined ? {} : { attributes: this.#ofMembers(attributes) }),
    };
  }

  #ofJson(json: string): string {
    try {
      const value: unknown = JSON.parse(json);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject ? JSON.stringify(this.#ofMembers({ ...value })) : json;
    } catch {
      return json;
    }
  }

  #ofMembers<T>(told: Record<string, T>): Record<string, T | string> {
    return Object.fromEntries(
      Object.entries(told).map(([name, said]) => [
        name,
        typeof said === 'string' ? this.#ofMember(name, said) : said,
      ]),
    );
  }

  /** Of a FaxResult or SendResult. */
  #ofMember(name: string, said: string): string {
    switch (name) {
      case 'error':
        return this.kept(said);
      case 'errorCode':
        return codeOr('provider.failed', said);
      case 'status':
      case 'providerStatus':
      case 'provider_status':
        return codeOr('', said);
      default:
        return said;
    }
  }
}

function codeOr(other: string, said: string): string {
  return said === '' || codeForm.test(said) ? said : other;
}
