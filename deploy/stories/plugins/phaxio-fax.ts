import { FaxPlugin, requireConfig, type FaxAnswer, type FaxOptions } from '@made-open/plugin-sdk';

const faxes = 'https://api.phaxio.com/v2.1/faxes';
const version = '0.1.0';

interface Answer {
  readonly success?: boolean;
  readonly message?: string;
  readonly data?: Fax;
}

interface Fax {
  readonly id: number;
  readonly status?: string;
  readonly num_pages?: number;
  readonly error_type?: string | null;
  readonly error_message?: string | null;
}

/** Phaxio as a class, without an edit what a person would write by hand. */
export class PhaxioPlugin extends FaxPlugin {
  #authorization = '';

  override async initialize(): Promise<void> {
    const key = `${requireConfig(this.context, 'apiKey')}:${requireConfig(this.context, 'apiSecret')}`;
    this.#authorization = `Basic ${btoa(key)}`;
  }

  override async sendFax(to: string, filePath: string, options: FaxOptions): Promise<FaxAnswer> {
    const { webhookUrl, file } = options;
    const callback =
      webhookUrl === undefined ? [] : [{ name: 'callback_url', value: `${webhookUrl}/status` }];
    const { status, body } = await this.context.http.request({
      method: 'POST',
      url: faxes,
      headers: this.#headers(),
      multipart: [
        { name: 'to', value: to },
        ...callback,
        { name: 'file', file: filePath, filename: file.name, contentType: 'application/pdf' },
      ],
    });
    const { success, data, message } = body as Answer;
    if (status >= 500) throw new Error(`Phaxio answered ${String(status)}`);
    if (success !== true) return { status: 'failed', error: message, errorCode: String(status) };
    return { jobId: data?.id, status: 'queued' };
  }

  override async getStatus(jobId: string): Promise<FaxAnswer> {
    const answer = await this.context.http.get(this.#url(jobId), this.#headers());
    return told((answer as Answer).data);
  }

  override async cancelFax(jobId: string): Promise<boolean | FaxAnswer> {
    const url = `${this.#url(jobId)}/cancel`;
    const request = { method: 'POST', url, headers: this.#headers() };
    const { status, body } = await this.context.http.request(request);
    if (status < 300) return true;
    return { status: 'unknown', error: (body as Answer).message, errorCode: String(status) };
  }

  override async handleWebhook(
    _headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<FaxAnswer> {
    const { fax } = body as { fax: string };
    return told(JSON.parse(fax) as Fax);
  }

  #url(jobId: string): string {
    return `${faxes}/${encodeURIComponent(jobId)}`;
  }

  #headers(): Record<string, string> {
    return { Authorization: this.#authorization, 'X-Plugin-Version': version };
  }
}

const statuses: Readonly<Record<string, string>> = {
  queued: 'queued',
  pendingbatch: 'queued',
  inprogress: 'in_progress',
  success: 'succeeded',
  failure: 'failed',
  partialsuccess: 'failed',
};

function told(fax: Fax | undefined): FaxAnswer {
  const status = fax?.status ?? '';
  return {
    jobId: fax?.id,
    status: statuses[status] ?? 'unknown',
    providerStatus: status,
    pages: fax?.num_pages,
    error: fax?.error_message ?? undefined,
    errorCode: fax?.error_type ?? undefined,
  };
}
