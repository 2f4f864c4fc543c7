/** PostgreSQL refuses to run as root: then it runs as `nobody`, which every Unix has. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}
