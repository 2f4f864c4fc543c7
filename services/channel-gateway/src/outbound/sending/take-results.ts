import type { EventOf } from '@made-open/bus';
import type { InvocationResult, StatusReportedSchema } from '@made-open/contracts';
import type { ProviderTexts } from '../../profile/provider-texts.ts';
import { recordFaxAnswer } from '../faxes/progress/record-fax-answer.ts';
import type { AttemptRequest } from './begin-sending.ts';
import { recordSending, type RecordingParts } from './record-sending.ts';
import { takeReport } from './take-report.ts';

export interface TakeResultsParts extends RecordingParts {
  readonly texts: ProviderTexts;
}

/** Takes what runners and providers say of messages and calls, without the texts that the profile does not keep. */
export class TakeResults {
  readonly #parts: TakeResultsParts;

  constructor(parts: TakeResultsParts) {
    this.#parts = parts;
  }

  async ofAttempt(
    request: Omit<AttemptRequest, 'connectionId'>,
    result: InvocationResult | undefined,
  ): Promise<void> {
    await recordSending(this.#parts, request, this.#parts.texts.ofResult(result));
  }

  async ofQuestion(
    request: Parameters<typeof recordFaxAnswer>[1],
    result: InvocationResult | undefined,
  ): Promise<void> {
    await recordFaxAnswer(this.#parts.store, request, this.#parts.texts.ofResult(result));
  }

  async reported(event: EventOf<typeof StatusReportedSchema>): Promise<void> {
    const message = this.#parts.texts.ofReport(event.message);
    await takeReport(this.#parts.store, { ...event, message });
  }
}
