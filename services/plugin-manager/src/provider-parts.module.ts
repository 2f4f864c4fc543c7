import type { Provider, Type } from '@nestjs/common';
import type { ManagerConfig } from './config.ts';
import type { OverrideFile } from './egress/override-file.ts';
import type { ManagerParts } from './manager-parts.ts';
import { runtimesOf } from './plugins/script-of.ts';
import { RemovePlugin } from './plugins/remove-plugin.ts';
import { ImportManifests } from './http-manifests/import-manifests.ts';
import { ManifestStore } from './http-manifests/manifest-store.ts';
import { PluginStore } from './plugins/plugin-store.ts';
import { RegisterPlugin } from './plugins/register-plugin.ts';
import { ProfileController } from './profile/profile.controller.ts';
import { ProviderConfigsController } from './providers/provider-configs.controller.ts';
import { ProviderListController } from './providers/provider-list.controller.ts';
import { SlotsController } from './providers/slots.controller.ts';
import { Catalog } from './registry/catalog.ts';
import { InstallController } from './registry/install.controller.ts';
import { InstallPlugin } from './registry/install-plugin.ts';
import { PluginSource } from './registry/plugin-source.ts';
import { readCatalog } from './registry/read-catalog.ts';
import { RegistryController } from './registry/registry.controller.ts';

/** Routes of providers and of what they come from. */
export const providerControllers: Type[] = [
  ProviderConfigsController,
  ProviderListController,
  SlotsController,
  ProfileController,
  RegistryController,
  InstallController,
];

/** What brings plugins in and takes them away. */
export function installsOf(parts: ManagerParts): Provider[] {
  const { catalog, pluginSource } = parts;
  const registration = new RegisterPlugin(parts.plugins, runtimesOf(parts));
  return [
    { provide: PluginStore, useValue: parts.plugins },
    { provide: RegisterPlugin, useValue: registration },
    { provide: RemovePlugin, useValue: new RemovePlugin(parts) },
    { provide: ManifestStore, useValue: parts.manifests },
    { provide: ImportManifests, useValue: new ImportManifests({ ...parts, registration }) },
    { provide: Catalog, useValue: catalog },
    { provide: InstallPlugin, useValue: new InstallPlugin(catalog, pluginSource, registration) },
  ];
}

/** The registry, and how manifests are fetched. */
export function registryOf(
  { registryFile, installHosts, egressProxy: proxy }: ManagerConfig,
  overrides: OverrideFile,
): Pick<ManagerParts, 'catalog' | 'pluginSource'> {
  const reach = () => ({ overrides: overrides.all(), proxy });
  return {
    catalog: readCatalog(registryFile),
    pluginSource: new PluginSource(installHosts, reach),
  };
}
