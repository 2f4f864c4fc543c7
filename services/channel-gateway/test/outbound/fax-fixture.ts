import { FileService, ProviderSlotChangedSchema, StatusReportedSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { createHash } from 'node:crypto';
import { bootstrapId, keyOf, type Answer } from '../gateway.ts';
import { channelPlugin, OutboundFixture } from './outbound-fixture.ts';

export const pdf = Buffer.from('%PDF-1.7\na letter\n%%EOF\n');

export interface FaxSending {
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: Uint8Array<ArrayBuffer>;
  readonly key?: string;
}

/** The gateway with providers of faxes, and an etl that keeps their files. */
export class FaxFixture {
  readonly outbound: OutboundFixture;
  /** Files by their id. */
  readonly files = new Map<string, Buffer>();
  #revision = 0;

  private constructor(outbound: OutboundFixture) {
    this.outbound = outbound;
    const { etl } = outbound.gateway.fakes;
    const { putClientFileChunk, getFile, readFileChunk } = FileService.method;
    let parts: Uint8Array[] = [];
    etl.on(putClientFileChunk, 'cmd.etl.PutClientFileChunk', ({ chunk, content, end }) => {
      if (chunk === 0) parts = [];
      parts.push(content);
      if (end === undefined) return {};
      const whole = Buffer.concat(parts);
      const fileId = createHash('sha256').update(whole).digest('hex');
      expect(end.sha256).toBe(fileId);
      this.files.set(fileId, whole);
      return { file: { fileId, name: end.name, mimeType: end.mimeType } };
    });
    etl.on(getFile, 'cmd.etl.GetFile', ({ fileId }) => {
      const content = this.files.get(fileId);
      const mimeType = 'application/pdf';
      return content === undefined
        ? {}
        : { file: { fileId, name: 'a.pdf', mimeType, sizeBytes: content.length, chunks: 1 } };
    });
    etl.on(readFileChunk, 'cmd.etl.ReadFileChunk', ({ fileId }) => {
      const content = this.files.get(fileId);
      return content === undefined ? {} : { found: true, content };
    });
  }

  static async start(): Promise<FaxFixture> {
    const fixture = new FaxFixture(await OutboundFixture.start());
    await fixture.announce('fax-1');
    return fixture;
  }

  /** A connection of a provider that is asked every second. */
  async announce(connectionId: string, of: object = {}): Promise<void> {
    const poll = { initialDelaySeconds: 1, intervalSeconds: 1, multiplier: 1 };
    await this.outbound.announce(connectionId, {
      pluginVersion: '1.0.0',
      channelJson: '{"type":"fax"}',
      providerJson: JSON.stringify({ slots: ['outbound'], poll }),
      actions: ['send_fax', 'get_status', 'cancel_fax'],
      ...of,
    });
  }

  async giveSlot(connectionId: string, revision = ++this.#revision): Promise<void> {
    const pluginId = connectionId === '' ? '' : channelPlugin;
    const message = { spaceId: 'default', slot: 'outbound', pluginId, connectionId, revision };
    const { gateway } = this.outbound;
    await gateway.manager.publishEvents(ProviderSlotChangedSchema, [{ message }]);
    await eventually(async () => {
      const row = gateway.database.db.selectFrom('provider_slot').select('revision');
      expect((await row.executeTakeFirst())?.revision).toBeGreaterThanOrEqual(revision);
    });
  }

  async send({ fields = {}, content = pdf, key }: FaxSending = {}): Promise<Answer> {
    const form = new FormData();
    const all = { to: '+442079460000', connection_id: 'fax-1', ...fields };
    for (const [name, value] of Object.entries(all)) if (value !== '') form.set(name, value);
    form.set('file', new Blob([new Uint8Array(content)]), 'letter.pdf');
    return this.post('/v1/faxes', form, key);
  }

  async post(path: string, body?: FormData | object, key?: string): Promise<Answer> {
    const isForm = body instanceof FormData;
    const port = String(this.outbound.gateway.service.port);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${keyOf(bootstrapId)}`,
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        ...(isForm || body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = JSON.parse(text) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body: answer, text };
  }

  /** How a fax stands, once it stands so. */
  async reaches(sent: Answer, state: string): Promise<Record<string, unknown>> {
    expect(sent.status).toBe(202);
    return eventually(async () => {
      const { body } = await this.outbound.gateway.get(sent.headers.get('location') ?? '');
      expect(body['state']).toBe(state);
      return body;
    });
  }

  /** As etl tells what a plugin heard. */
  async report(jobId: unknown, status: string, of: object = {}): Promise<void> {
    const bus = await this.outbound.gateway.platform.bus('etl');
    const message = {
      connectionId: 'fax-1',
      spaceId: 'default',
      externalId: String(jobId),
      status,
    };
    await bus.publishEvents(StatusReportedSchema, [{ message: { ...message, ...of } }]);
  }
}
