/** `1.2.3` is followed by `1.2.4`, and `1.2.3-beta` by `1.2.3`. */
export function nextVersion(version: string): string {
  const [plain = version, prerelease] = version.split(/-(.*)/su);
  if (prerelease !== undefined) return plain;
  const [major = '0', minor = '0', patch = '0'] = plain.split('.');
  return `${major}.${minor}.${String(Number(patch) + 1)}`;
}
