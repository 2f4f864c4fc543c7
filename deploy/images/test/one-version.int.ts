import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { images, runCommand } from '../src/index.ts';
import { repository } from '../src/repository.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function packageOf(folder: string): Package {
  return JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
}

/** A field of the chart's own description. */
function chartField(name: string): string | undefined {
  const text = readFileSync(join(repository, 'helm', 'made-open', 'Chart.yaml'), 'utf8');
  return new RegExp(`^${name}: (.+)$`, 'mu').exec(text)?.[1];
}

describe('what one release is made of', () => {
  const { version } = packageOf('.');
  const commandLine = join(repository, 'libs', 'cli', 'bin', 'made-open.js');
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'made-open-version-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is the platform: its packages, the chart and what the chart names', () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u);
    const folders = globSync(['libs/*', 'services/*', 'deploy/*'], { cwd: repository });
    const packages = folders
      .filter((path) => globSync(join(path, 'package.json'), { cwd: repository }).length > 0)
      .map(packageOf);
    expect(packages.length).toBeGreaterThan(images.length);
    expect(packages.filter((one) => one.version !== version)).toEqual([]);
    expect([chartField('version'), chartField('appVersion')]).toEqual([version, version]);
  });

  it('is the lock file, too', () => {
    const lock: { version: string; packages: Record<string, Package> } = JSON.parse(
      readFileSync(join(repository, 'package-lock.json'), 'utf8'),
    );
    expect([lock.version, lock.packages['']?.version]).toEqual([version, version]);
    for (const name of ['libs/cli', 'libs/plugin-sdk'])
      expect(lock.packages[name]?.version).toBe(version);
  });

  it('is the command line, and the packages that it gives a new plugin', async () => {
    expect(await runCommand(process.execPath, [commandLine, '--version'])).toBe(`${version}\n`);
    await runCommand(process.execPath, [commandLine, 'create', 'com.example.new'], { cwd: folder });
    const [created = ''] = globSync('**/package.json', { cwd: folder });
    const { devDependencies }: Package = JSON.parse(readFileSync(join(folder, created), 'utf8'));
    const own = Object.entries(devDependencies).filter(([name]) => name.startsWith('@made-open/'));
    expect(Object.fromEntries(own)).toEqual({
      '@made-open/cli': version,
      '@made-open/plugin-sdk': version,
    });
  });

  it('leaves plugins their own versions, those of their manifests', () => {
    const files = globSync('libs/plugins/*/*/plugin.json', { cwd: repository });
    expect(files).not.toEqual([]);
    for (const file of files) {
      const manifest: { version: string } = JSON.parse(
        readFileSync(join(repository, file), 'utf8'),
      );
      expect(packageOf(dirname(file)).version).toBe(manifest.version);
    }
  });

  it('publishes the SDK and the command line, and nothing else', () => {
    const published = globSync('{libs,services,deploy}/**/package.json', {
      cwd: repository,
      exclude: (path) => /node_modules|dist|templates/u.test(path),
    })
      .map((path) => packageOf(join(path, '..')))
      .filter((one) => one.private !== true)
      .map(({ name }) => name);
    expect(published.toSorted()).toEqual(['@made-open/cli', '@made-open/plugin-sdk']);
  });
});
