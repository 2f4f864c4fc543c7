/**
 * Where somebody stands who calls the command line. `npx` within a workspace runs it in the workspace's folder and hands
 * over in INIT_CWD where it was called; a script of `package.json` is meant to run where it stands.
 */
export function folderOf(env: NodeJS.ProcessEnv, workingFolder: string): string {
  return (env['npm_command'] === 'exec' ? env['INIT_CWD'] : undefined) ?? workingFolder;
}
