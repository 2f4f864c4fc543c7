/** Code of a new fax provider. */
export function faxSource(_id: string): string {
  return `import { FaxPlugin, requireConfig, type FaxAnswer, type FaxOptions } from '@made-open/plugin-sdk';

const faxes = 'https://api.example.com/faxes';

export class Provider extends FaxPlugin {
  // Once: the platform sends again what surely was not sent. The file stays outside the sandbox.
  override async sendFax(to: string, filePath: string, options: FaxOptions): Promise<FaxAnswer> {
    const { status, body } = await this.context.http.request({
      method: 'POST',
      url: faxes,
      headers: this.headers,
      multipart: [
        { name: 'to', value: to },
        { name: 'file', file: filePath, filename: options.file.name },
      ],
    });
    const { id, error } = body as { id?: string; error?: string };
    return status < 300 ? { jobId: id, status: 'queued' } : { status: 'failed', error };
  }

  override async getStatus(jobId: string): Promise<FaxAnswer> {
    const url = \`\${faxes}/\${encodeURIComponent(jobId)}\`;
    const fax = (await this.context.http.get(url, this.headers)) as { state: string; pages: number };
    const status = statuses[fax.state] ?? 'unknown';
    return { jobId, status, providerStatus: fax.state, pages: fax.pages };
  }

  override async cancelFax(jobId: string): Promise<boolean> {
    const url = \`\${faxes}/\${encodeURIComponent(jobId)}/cancel\`;
    const { status } = await this.context.http.request({ method: 'POST', url, headers: this.headers });
    return status < 300;
  }

  private get headers(): Record<string, string> {
    return { Authorization: \`Bearer \${requireConfig(this.context, 'apiKey')}\` };
  }
}

// The provider's words on the left.
const statuses: Readonly<Record<string, string>> = {
  queued: 'queued',
  sending: 'in_progress',
  sent: 'succeeded',
  failed: 'failed',
};

export const plugin = new Provider();
`;
}
