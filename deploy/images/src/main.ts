import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { architectures, ownArchitecture, type Architecture } from './base/architecture.ts';
import { publishImages } from './publish-images.ts';
import { cacheFolder, repository } from './repository.ts';
import { runCommand } from './run-command.ts';
import { images } from './services.ts';
import { buildServers, chartServers } from './servers/build-servers.ts';
import { ImageStore } from './store/image-store.ts';
import { buildImages, type ImagesBuild } from './build-images.ts';
import { readSkaffoldBuild } from './skaffold/skaffold-build.ts';

const usage = `usage: npm run images -- [OPTIONS]

Builds the images of all services from this checkout, as root and without a daemon.

  --only NAME           one image; may be given several times (${images.map(({ name }) => name).join(', ')})
  --tag TAG             of the images; the version of package.json with the commit without it
  --archive FILE        writes the images of this machine's architecture into an OCI archive
  --servers             also images of NATS and PostgreSQL, by the names that the chart has for them: for a cluster that
                        reaches no registry
  --push REGISTRY       pushes them for amd64 and arm64 to REGISTRY/NAME:TAG, and prints their digests
  --plain-http          the registry speaks no TLS, as one on this machine
  --skaffold            one image, as skaffold.yaml has Skaffold ask for it by IMAGE, PUSH_IMAGE and PLATFORMS
  --base IMAGE          image with Node 24 and tini to build on, which is in the store already`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    tag: { type: 'string' },
    archive: { type: 'string' },
    servers: { type: 'boolean' },
    push: { type: 'string' },
    'plain-http': { type: 'boolean' },
    skaffold: { type: 'boolean' },
    base: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);
/** npm runs this elsewhere than where it was called. */
const fromCaller = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

interface Publication {
  readonly registry: string;
  readonly plainHttp: boolean;
  readonly architectures: readonly Architecture[];
}

/** Where to publish, and by `--skaffold` what of it. */
function chosen(): Partial<Pick<ImagesBuild, 'tag' | 'only'>> & { publication?: Publication } {
  if (values.skaffold === true) {
    const { name, tag, ...publication } = readSkaffoldBuild(process.env);
    return { tag, only: [name], publication };
  }
  return {
    ...(values.tag === undefined ? {} : { tag: values.tag }),
    ...(values.only === undefined ? {} : { only: values.only }),
    ...(values.push === undefined
      ? {}
      : {
          publication: {
            architectures,
            registry: values.push,
            plainHttp: values['plain-http'] === true,
          },
        }),
  };
}

async function run(): Promise<void> {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  );
  const commit = await runCommand('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: repository });
  const { publication, ...asked } = chosen();
  const store = new ImageStore(join(cacheFolder, 'store'));
  const build = {
    store,
    version,
    note,
    tag: `${version}-${commit.trim()}`,
    ...asked,
    ...(values.base === undefined ? {} : { base: values.base }),
  };
  if (publication !== undefined) {
    const digests = await publishImages({ ...build, ...publication });
    for (const [name, digest] of Object.entries(digests)) print(`${name}@${digest}`);
    return;
  }
  const { names: own, base } = await buildImages({ ...build, architecture: ownArchitecture() });
  const names = [...own, ...(values.servers === true ? Object.values(chartServers) : [])];
  if (values.servers === true) await buildServers(store, base, chartServers);
  if (values.archive !== undefined) await store.archive(names, fromCaller(values.archive));
  for (const name of names) print(name);
}

if (values.help === true) print(usage);
else await run();
