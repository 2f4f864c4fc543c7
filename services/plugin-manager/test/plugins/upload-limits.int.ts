import { request } from 'node:http';
import { aManifest } from '../contracts/seed-plugin.ts';
import { bootstrapKey, Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

describe('the limit of a push', () => {
  const boundary = 'x-boundary';
  const head = (name: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="source"; filename="${name}"\r\n\r\n`;

  /** Sends megabytes without an end, or as many as are given, until the answer is there. */
  async function flood(
    headers: Record<string, string>,
    part: (index: number) => string,
    megabytes = Infinity,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    return new Promise((resolve, reject) => {
      let sentMb = 0;
      const sending = request(
        `${manager.url}/admin/v1/plugins`,
        {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${bootstrapKey}`,
            'Content-Type': `multipart/form-data; boundary=${boundary}`,
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            sending.destroy();
            const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
            resolve({ status: response.statusCode ?? 0, body });
          });
        },
      );
      sending.on('error', reject);
      const send = (): void => {
        while (sentMb < megabytes && !sending.destroyed) {
          const goesOn = sending.write(`${part(sentMb)}${'x'.repeat(1024 * 1024)}\r\n`);
          sentMb++;
          if (!goesOn) {
            sending.once('drain', send);
            return;
          }
        }
      };
      send();
    });
  }

  it('is told before anything is read, when the length is known', async () => {
    const bytes = String(500 * 1024 * 1024);
    const answer = await flood({ 'Content-Length': bytes }, () => '', 1);
    expect(answer).toMatchObject({ status: 413, body: { code: 'upload.too_large' } });
  });

  it.each([
    ['one endless file', (index: number) => (index === 0 ? head('index.ts') : '')],
    ['endless files', (index: number) => head(`f${String(index)}.ts`)],
  ])('answers %s while it is still sent, and the memory stays as it was', async (_, part) => {
    const before = manager.peakMemoryMb();
    const answer = await flood({}, part);
    expect(answer).toMatchObject({
      status: 413,
      body: {
        code: 'upload.too_large',
        detail: expect.stringContaining('at most 5242880 bytes') as unknown,
      },
    });
    expect(manager.peakMemoryMb() - before).toBeLessThan(150);
  });

  it('lets nothing that was cut off keep the service from ending', async () => {
    expect(await manager.end('SIGTERM')).toBe(0);
    await manager.run();
  });

  it('counts files, too', async () => {
    const sources = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`f${String(index)}.ts`, '']),
    );
    expect(await manager.push(aManifest(), sources)).toMatchObject({
      status: 413,
      body: { detail: expect.stringContaining('at most 256 files') as unknown },
    });
  });
});
