import { isNeededFile, isNeededOwnFile, isNeededPackage } from './needed-files.ts';

describe('files of an image', () => {
  it('have no types, maps and nested packages of other packages', () => {
    const paths = [
      'index.js',
      'index.d.ts',
      'index.d.mts',
      'lib/index.js.map',
      'node_modules',
      'LICENSE',
    ];
    expect(paths.filter((path) => isNeededFile('node_modules/pg', path))).toEqual([
      'index.js',
      'LICENSE',
    ]);
  });

  it('have of isolated-vm what runs on Linux', () => {
    const paths = [
      'isolated-vm.js',
      'src',
      'prebuilds',
      'prebuilds/linux-x64',
      'prebuilds/darwin-arm64',
      'prebuilds/linux-x64/isolated-vm.abi137.musl.node',
      'prebuilds/linux-x64/isolated-vm.abi137.glibc.node',
    ];
    expect(paths.filter((path) => isNeededFile('node_modules/isolated-vm', path))).toEqual([
      'isolated-vm.js',
      'prebuilds',
      'prebuilds/linux-x64',
      'prebuilds/linux-x64/isolated-vm.abi137.glibc.node',
    ]);
  });

  it('have of our own code what was built', () => {
    const paths = [
      'package.json',
      'src',
      'test',
      'jest.config.js',
      'dist',
      'dist/main.js',
      'dist/main.js.map',
      'dist/main.d.ts',
      'dist/.tsbuildinfo',
    ];
    expect(paths.filter(isNeededOwnFile)).toEqual([
      'package.json',
      'dist',
      'dist/main.js',
      'dist/main.js.map',
    ]);
  });

  it('have no compiler', () => {
    const paths = [
      'node_modules/typescript',
      'node_modules/@typescript/typescript-linux-x64',
      'node_modules/pg',
    ];
    expect(paths.filter(isNeededPackage)).toEqual(['node_modules/pg']);
  });
});
