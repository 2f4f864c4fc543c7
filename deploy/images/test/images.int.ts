import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImages, ImageStore, runCommand } from '../src/index.ts';

const buildMs = 900_000;
const storage = ['/usr/bin/buildah', '/usr/bin/apt-get', '/usr/bin/dpkg-deb'];
const missing = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...storage.filter((program) => !existsSync(program)),
];
const describeWithBuildah = missing.length === 0 ? describe : describe.skip;
const title = 'images of services';

describeWithBuildah(
  missing.length === 0 ? title : `${title} (missing: ${missing.join(', ')})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-store-'));
    const store = new ImageStore(folder);
    const options = ['--root', join(folder, 'images'), '--runroot', join(folder, 'run')];
    const containers: string[] = [];

    function buildah(args: readonly string[]): Promise<string> {
      return runCommand('buildah', [...options, ...args]);
    }

    /** Root of an image's files. */
    async function mounted(image: string): Promise<string> {
      const container = (await buildah(['from', '--pull-never', image])).trim();
      containers.push(container);
      return (await buildah(['mount', container])).trim();
    }

    async function build(tag: string): Promise<string> {
      const { names } = await buildImages({ store, tag, version: '1.2.3', only: ['rules'] });
      return names[0] ?? '';
    }

    /** What an image's script says when it is started without its settings. */
    function startedBare(mount: string): Promise<string> {
      return runCommand(process.execPath, ['main.js'], { cwd: join(mount, 'made-open') }).then(
        () => 'started',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    }

    let image: string;
    let root: string;
    beforeAll(async () => {
      image = await build('first');
      root = await mounted(image);
    }, buildMs);
    afterAll(async () => {
      for (const container of containers) await buildah(['rm', container]);
      await buildah(['rmi', '--all', '--force']);
      rmSync(folder, { recursive: true, force: true });
    });

    it('run as a user without rights, behind an init', async () => {
      const { OCIv1 } = JSON.parse(await buildah(['inspect', '--type=image', image]));
      expect(OCIv1.config).toMatchObject({
        User: '10001:10001',
        Entrypoint: ['/usr/bin/tini', '--', '/usr/bin/node', 'main.js'],
        WorkingDir: '/made-open',
        Labels: { 'org.opencontainers.image.version': '1.2.3' },
      });
    });

    it('hold nothing to work with but Node', () => {
      const programs = readdirSync(join(root, 'usr', 'bin'));
      expect(programs).toEqual(expect.arrayContaining(['node', 'tini']));
      for (const program of ['sh', 'bash', 'npm', 'apt-get', 'perl'])
        expect(programs).not.toContain(program);
      expect(existsSync(join(root, 'bin', 'sh'))).toBe(false);
    });

    it('hold one script, whose lines a map names, and no tests, types and compilers', async () => {
      const all = readdirSync(join(root, 'made-open'), { recursive: true, encoding: 'utf8' });
      expect(all.toSorted()).toEqual([
        'licences.txt',
        'main.js',
        'sbom.cdx.json',
        'services',
        'services/rules',
        'services/rules/dist',
        'services/rules/dist/main.js',
        'services/rules/dist/main.js.map',
        'services/rules/package.json',
      ]);
      expect(await startedBare(root)).toContain('NATS_URL');
    });

    it('hold beside it what it runs or reads by name', async () => {
      const { names } = await buildImages({
        store,
        tag: 'kept',
        version: '1.2.3',
        only: ['channel-gateway', 'plugin-manager', 'plugin-runner'],
      });
      const mounts = await Promise.all(names.map(mounted));
      const [gateway = '', manager = '', runner = ''] = mounts;
      const within = (mount: string, ...path: string[]): string[] =>
        readdirSync(join(mount, 'made-open', ...path));
      expect(within(gateway, 'node_modules', 'dejavu-fonts-ttf', 'ttf')).toContain(
        'DejaVuSansMono.ttf',
      );
      expect(within(manager, 'node_modules')).toEqual(['@esbuild', '@made-open', 'esbuild']);
      expect(within(manager, 'node_modules', '@made-open', 'plugin-sdk')).toContain('dist');
      expect(within(runner, 'node_modules')).toEqual(['isolated-vm', 'node-gyp-build']);
      expect(within(runner, 'services', 'plugin-runner', 'dist', 'sandbox')).toEqual(
        expect.arrayContaining(['sandbox-main.js', 'guest.bundle.js', 'http-manifest.js']),
      );
      for (const mount of mounts) expect(await startedBare(mount)).toContain('NATS_URL');
    });

    it('let nobody but root write', () => {
      const writable = [
        'made-open',
        'made-open/services/rules/dist/main.js',
        'usr/bin/node',
      ].filter(
        (path) =>
          (statSync(join(root, path)).mode & 0o022) !== 0 || statSync(join(root, path)).uid !== 0,
      );
      expect(writable).toEqual([]);
    });

    it('tell what they are made of', () => {
      const bill = JSON.parse(readFileSync(join(root, 'made-open', 'sbom.cdx.json'), 'utf8'));
      const names = bill.components.map(({ name }: { name: string }) => name);
      expect(bill).toMatchObject({ bomFormat: 'CycloneDX' });
      expect(names).toEqual(expect.arrayContaining(['pg', 'fastify']));
      expect(names).not.toContain('isolated-vm');
      const licences = readFileSync(join(root, 'made-open', 'licences.txt'), 'utf8');
      expect(licences).toMatch(/^== fastify \d.*\n[^]*?Permission is hereby granted/mu);
    });

    it(
      'are the same when they are built again',
      async () => {
        const second = await build('second');
        const archive = join(folder, 'both.tar');
        const digests = await store.archive([image, second], archive);
        expect(digests[second]).toBe(digests[image]);
      },
      buildMs,
    );
  },
);
