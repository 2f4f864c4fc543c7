/** The chart did not become ready, with the state of its pods. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
  readonly code = 'cluster_stories.installation';
  readonly retry = 'never';
}
