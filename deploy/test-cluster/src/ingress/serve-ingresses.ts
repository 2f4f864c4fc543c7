import { runCommand } from '@made-open/images';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepInStep } from '../api/keep-in-step.ts';
import { objectLister, type ListObjects } from '../api/list-objects.ts';
import { nginxCommand } from '../components/nginx.ts';
import type { ComponentCommand } from '../node/component-commands.ts';
import type { NodeSettings } from '../node/node-settings.ts';
import type { Ingress, IngressObjects, Service, TlsSecret } from './ingress-objects.ts';
import { configurationFile, renderIngress, type NginxFiles } from './render-ingress.ts';

/** In the node's own /run: its workers may not look into the cluster's folder. */
const folder = '/run/nginx';
const configuration = ['-c', join(folder, configurationFile)];

/** Serves nothing until it is told to. */
export function ingressController(settings: NodeSettings): ComponentCommand {
  mkdirSync(folder, { recursive: true });
  const place = { address: settings.addresses.node, folder };
  write(renderIngress({ ingresses: [], services: [], secrets: [] }, place));
  const [program, ...args] = nginxCommand(settings.nginx);
  return { name: 'nginx', program, args: [...args, ...configuration] };
}

/** Keeps it as the Ingress objects of its class, their services and their certificates are. */
export function serveIngresses(
  settings: NodeSettings,
  note: (text: string) => void,
): Promise<never> {
  const list = objectLister(settings.folder);
  const place = { address: settings.addresses.node, folder };
  const [program, ...args] = nginxCommand(settings.nginx);
  return keepInStep(
    {
      what: 'ingresses',
      wanted: async () => JSON.stringify(renderIngress(await readObjects(list), place)),
      apply: async (files) => {
        write(JSON.parse(files));
        // It reads them first, and goes on with those of before when they are faulty.
        await runCommand(program, [...args, ...configuration, '-s', 'reload']);
      },
    },
    note,
  );
}

function write(files: NginxFiles): void {
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text, { mode: 0o600 });
}

async function readObjects(list: ListObjects): Promise<IngressObjects> {
  const [ingresses, services, secrets] = await Promise.all([
    list<Ingress>('/apis/networking.k8s.io/v1/ingresses'),
    list<Service>('/api/v1/services'),
    list<TlsSecret>('/api/v1/secrets', 'type=kubernetes.io/tls'),
  ]);
  return { ingresses, services, secrets };
}
