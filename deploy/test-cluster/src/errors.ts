export class ClusterStartError extends Error {
  override readonly name = 'ClusterStartError';
  readonly code = 'test_cluster.start';
  readonly retry = 'never';
}
