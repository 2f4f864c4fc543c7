import { eventually } from '@made-open/testing';
import {
  adminHost,
  gatewayHost,
  type IngressClient,
  type InstalledPlatform,
} from '../../src/index.ts';

const persons = `https://${gatewayHost}/v1/persons?limit=1`;
const plugins = `https://${adminHost}/admin/v1/plugins`;

export function describeIngress(
  installed: () => InstalledPlatform,
  client: () => IngressClient,
): void {
  it('serves both APIs with TLS by their names, and nobody without a key', async () => {
    const key = await installed().adminKey();
    await eventually(async () => expect((await client().ask(plugins)).status).toBe(401));
    expect((await client().ask(plugins, { key })).status).toBe(200);
    expect((await client().ask(persons)).status).toBe(401);
    const search = `https://${gatewayHost}/v1/search?q=nobody`;
    expect((await client().ask(search, { key })).status).toBe(200);
  });

  it('serves neither API by the name of the other', async () => {
    const key = await installed().adminKey();
    const other = await client().ask(plugins.replace(adminHost, gatewayHost), { key });
    expect(other.status).toBe(404);
  });

  it('serves no metrics and no other service', async () => {
    const key = await installed().adminKey();
    const metrics = await client().ask(`https://${adminHost}/metrics`, { key });
    expect(metrics.body).not.toContain('# TYPE');
    await expect(client().ask('https://wallet.made-open.test/', { key })).rejects.toThrow(
      /unrecognized name/u,
    );
  });
}
