import { eventually } from '@made-open/testing';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inSpan, Telemetry } from '../src/telemetry/telemetry.ts';

describe('Telemetry', () => {
  it('sends spans to the collector that the environment names', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(`${request.url ?? ''} ${body}`);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;

    const telemetry = new Telemetry('etl', `http://127.0.0.1:${String(port)}/`);
    expect(await inSpan('cmd.etl.GetEntity', () => Promise.resolve(7))).toBe(7);
    await telemetry.close();

    await eventually(() => expect(bodies).toHaveLength(1));
    expect(bodies[0]).toMatch(/^\/v1\/traces /u);
    expect(bodies[0]).toContain('cmd.etl.GetEntity');
    expect(bodies[0]).toContain('"service.name"');
    await new Promise((resolve) => collector.close(resolve));
  });
});
