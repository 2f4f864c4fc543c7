import { folderOf } from './folder-of.ts';

describe('folderOf', () => {
  it.each([
    ['npx in a folder of a workspace', { npm_command: 'exec', INIT_CWD: '/w/plugin' }, '/w/plugin'],
    ['a script of package.json', { npm_command: 'run-script', INIT_CWD: '/w/plugin' }, '/w'],
    ['the program itself', {}, '/w'],
  ])('knows where %s was called', (_, env, folder) => {
    expect(folderOf(env, '/w')).toBe(folder);
  });
});
