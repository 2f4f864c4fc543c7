import { publicRoute } from '@made-open/nest';
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { fakePlatform, gatewayConfig } from '../test/fake-platform.ts';
import { scopeKey } from './api-keys/client.guard.ts';
import { ChannelGatewayModule } from './channel-gateway.module.ts';
import { openApiDocument } from './description/open-api.ts';

interface Route {
  readonly path: string;
  readonly scope: unknown;
  readonly isPublic: boolean;
}

/** Every HTTP route of the module, as Nest sees it. */
async function routes(): Promise<Route[]> {
  const module = await Test.createTestingModule({
    imports: [
      DiscoveryModule,
      ChannelGatewayModule.register(fakePlatform().platform, gatewayConfig),
    ],
  }).compile();
  const scanner = new MetadataScanner();
  return module
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype, instance }) => {
      const controller = metatype as object;
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name] ?? {};
        const own = Reflect.getMetadata('path', handler) as string | string[] | undefined;
        if (own === undefined) return [];
        const base = String(Reflect.getMetadata('path', controller));
        return [own].flat().map((path) => ({
          path: `/${base}/${path}`.replaceAll(/\/+/gu, '/').replace(/(.)\/$/u, '$1'),
          scope: Reflect.getMetadata(scopeKey, handler) as unknown,
          isPublic:
            Reflect.getMetadata(publicRoute, handler) === true ||
            Reflect.getMetadata(publicRoute, controller) === true,
        }));
      });
    });
}

describe('ChannelGatewayModule', () => {
  it('has no route that is neither public nor behind a scope', async () => {
    const all = await routes();
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(({ scope, isPublic }) => (scope === undefined) === !isPublic)).toEqual([]);
  });

  it('opens nothing but its description and the way back of sign-ins to everybody', async () => {
    const open = (await routes()).filter(({ isPublic }) => isPublic);
    expect(open.map(({ path }) => path).toSorted()).toEqual([
      '/',
      '/docs',
      '/oauth/callback',
      '/openapi.json',
      '/v1/media/:token',
    ]);
  });

  it('describes each of its routes, with the scope that it asks for', async () => {
    const closed = (await routes()).filter(({ isPublic }) => !isPublic);
    const described = Object.entries(openApiDocument().paths).flatMap(([path, item]) =>
      Object.values(item).map(({ security }) => ({
        path: path.replaceAll(/\{(\w+)\}/gu, ':$1'),
        scope: security[0]?.key[0],
      })),
    );
    const byPath = (a: { path: string }, b: { path: string }): number =>
      JSON.stringify(a).localeCompare(JSON.stringify(b));
    expect(closed.map(({ path, scope }) => ({ path, scope })).toSorted(byPath)).toEqual(
      described.toSorted(byPath),
    );
  });
});
