export class StandInError extends Error {
  override readonly name = 'StandInError';
  readonly code = 'cluster_stories.stand_in';
  readonly retry = 'never';
}
