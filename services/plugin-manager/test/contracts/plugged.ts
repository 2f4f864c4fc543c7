import type { Connection, PluggedConnection } from '../../src/connections/connection.ts';
import type { Plugin, Version } from '../../src/plugins/plugin.ts';
import { aManifest } from './seed-plugin.ts';

const createdAt = new Date('2026-11-21T06:00:00Z');

export function aPlugin(of: Partial<Plugin> = {}): Plugin {
  return {
    id: 'com.example.my-connector',
    name: 'My Connector',
    type: 'connector',
    activeVersion: '0.1.0',
    approved: ['data:write:persons', 'network:outbound:api.example.com'],
    account: undefined,
    activatedBefore: [],
    canary: undefined,
    lastCanary: undefined,
    createdAt,
    ...of,
  };
}

export function aStoredVersion(of: Partial<Version> = {}): Version {
  return {
    pluginId: 'com.example.my-connector',
    version: '0.1.0',
    digest: 'd',
    bundleDigest: 'b',
    bundleBytes: 10,
    manifestText: aManifest(),
    isReleased: true,
    createdAt,
    ...of,
  };
}

/** A connection that is active, with its plugin. */
export function aPlugged(
  of: Partial<Connection> = {},
  plugin: Partial<Plugin> = {},
): PluggedConnection {
  const connection: Connection = {
    id: 'c1',
    spaceId: 'default',
    pluginId: 'com.example.my-connector',
    name: 'My account',
    isPaused: false,
    configRevision: 1,
    configFields: ['apiKey'],
    configGaps: [],
    reauthentication: undefined,
    tokenField: undefined,
    failure: undefined,
    signals: { isTried: true },
    isDeleting: false,
    generation: 1,
    schedule: '',
    timeZone: '',
    runSettings: {},
    webhookTokenHash: undefined,
    isProvider: false,
    askedTest: undefined,
    lastTest: undefined,
    createdAt,
    updatedAt: createdAt,
    ...of,
  };
  return { connection, plugin: aPlugin(plugin), reference: aStoredVersion() };
}
