import { publicRoute } from '@made-open/nest';
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { memoryParts } from '../test/platform/memory-parts.ts';
import { adminScopes } from './keys/api-key.ts';
import { scopeKey } from './keys/scope.guard.ts';
import { PluginManagerModule } from './plugin-manager.module.ts';

interface Route {
  readonly path: string;
  readonly scope: unknown;
  readonly isPublic: boolean;
}

/** Every HTTP route of the module, as Nest sees it. */
async function routes(): Promise<Route[]> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule, PluginManagerModule.of(memoryParts())],
  }).compile();
  const scanner = new MetadataScanner();
  return module
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype, instance }) => {
      const bases = [Reflect.getMetadata('path', metatype as object)].flat().map(String);
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name] ?? {};
        const path = Reflect.getMetadata('path', handler) as string | undefined;
        if (path === undefined) return [];
        const scope: unknown = Reflect.getMetadata(scopeKey, handler);
        const isPublic = Reflect.getMetadata(publicRoute, handler) === true;
        return bases.map((base) => ({ path: `/${base}/${path}`, scope, isPublic }));
      });
    });
}

describe('PluginManagerModule', () => {
  it('has no route without a scope of the admin API', async () => {
    const all = await routes();
    expect(all.length).toBeGreaterThan(25);
    expect(all.filter(({ scope }) => !adminScopes.some((known) => known === scope))).toEqual([]);
  });

  it('opens nothing to everybody, and keeps everything below /admin/v1, but for the routes of providers', async () => {
    const all = await routes();
    expect(all.filter(({ isPublic }) => isPublic)).toEqual([]);
    const elsewhere = all.filter(({ path }) => !path.startsWith('/admin/v1'));
    expect(new Set(elsewhere.map(({ path }) => path))).toEqual(
      new Set([
        '/plugins//',
        '/plugins/:plugin/config',
        '/plugins/:plugin/credentials',
        '/plugin-registry//',
        '/plugin-registry/:id',
      ]),
    );
  });
});
